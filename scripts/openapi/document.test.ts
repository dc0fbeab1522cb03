import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { NewDecision } from '#contract/correction.ts';
import { type Route, routes, scopes } from '#contract/routes.ts';
import { root } from '../assembly.ts';
import { makeDocument } from './document.ts';
import { type JsonSchema, makeSchemas } from './schemas.ts';

const document = makeDocument();
const at = (...keys: readonly string[]): unknown =>
  keys.reduce<unknown>((value, key) => (value as JsonSchema)[key], document);

describe('the document of the API', () => {
  it('is the committed one; if not, npm run openapi writes it', () => {
    const committed = readFileSync(path.join(root, 'cloud/contract/openapi.json'), 'utf8');
    expect(JSON.parse(committed)).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it('is valid by the schema of OpenAPI 3.1, and what is not valid would be noticed', async () => {
    const validate = (one: JsonSchema) => new Validator().validate(structuredClone(one));
    expect(await validate(document)).toEqual({ valid: true });
    expect(await validate({ ...document, paths: { '/me': { get: { responses: [] } } } })).toMatchObject({
      valid: false,
    });
  });

  it('refers to nothing that is not there', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      ([, target]) => target ?? '',
    );
    expect(references.length).toBeGreaterThan(100);
    for (const target of new Set(references)) expect(at(...target.split('/')), target).toBeDefined();
  });

  it('has every route, with its scope, its groups and whose data they reach', () => {
    for (const [name, route] of Object.entries(routes))
      expect(at('paths', route.path, route.method.toLowerCase())).toMatchObject({
        operationId: name,
        security: [{ signIn: [route.scope] }],
        'x-groups': route.allow,
      });
  });

  it('says which headers a change needs, and what it answers without them', () => {
    const change = at('paths', '/holidays/{id}', 'put') as JsonSchema;
    expect(change.parameters).toContainEqual({ $ref: '#/components/parameters/IfMatch' });
    expect(Object.keys(change.responses as object)).toEqual(expect.arrayContaining(['200', '412', '428']));
    expect(at('paths', '/people', 'post', 'parameters')).toContainEqual({
      $ref: '#/components/parameters/IdempotencyKey',
    });
  });

  it('tells what may be left out of a request from what an answer always has', () => {
    const body = at('paths', '/shifts', 'post', 'requestBody', 'content', 'application/json', 'schema');
    expect((body as JsonSchema).required).toEqual(['name', 'start', 'end', 'site']);
    const answer = at(
      'paths',
      '/shifts',
      'post',
      'responses',
      '201',
      'content',
      'application/json',
      'schema',
    );
    expect(answer).toEqual({ $ref: '#/components/schemas/ShiftAnswer' });
    expect(at('components', 'schemas', 'ShiftAnswer', 'required')).toContain('graceLateMinutes');
  });
});

describe('a document that would be wrong', () => {
  it('is not made while an operation is missing', () => {
    const route: Route = { method: 'GET', path: '/x', function: 'doors', scope: scopes.read, allow: {} };
    expect(() => makeDocument({ x: route })).toThrow(/nothing describes the route x/);
  });

  it('is not made while one name means two things', () => {
    const schemas = makeSchemas();
    expect(schemas.ofRequest(NewDecision)).toEqual({ $ref: '#/components/schemas/NewDecision' });
    expect(() => schemas.ofAnswer(NewDecision)).toThrow(/NewDecision is not the same in a request/);
  });
});

import type * as z from 'zod';
import { Problem } from '#contract/api.ts';
import { apiBase, type Route, routes, scopes } from '#contract/routes.ts';
import type { Operation } from '../../cloud/functions/api/operation.ts';
import { operations } from '../../cloud/functions/api/operations/all.ts';
import { type JsonSchema, makeSchemas, type Schemas } from './schemas.ts';

/** The description of the whole API in OpenAPI 3.1, made of the route table and what each operation takes and answers. */
export const makeDocument = (table: Readonly<Record<string, Route>> = routes): JsonSchema => {
  const described: Readonly<Record<string, Operation>> = operations;
  const schemas = makeSchemas();
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const [name, route] of Object.entries(table)) {
    const operation = described[name];
    if (operation === undefined) throw new Error(`nothing describes the route ${name}`);
    const method = route.method.toLowerCase();
    paths[route.path] = { ...paths[route.path], [method]: describe(name, route, operation, schemas) };
  }
  const problem = schemas.ofAnswer(Problem);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Rollcall',
      version: '1',
      description:
        'Attendance at the doors and from a browser. Access tokens only; lists are newest first with cursors; errors are problem details (RFC 9457). `x-groups` says which groups may use a route and whose data they reach: their own (`self`), that of their sites (`sites`) or all (`all`).',
    },
    servers: [{ url: apiBase }],
    paths,
    components: {
      schemas: schemas.shared(),
      parameters: {
        IfMatch: header('If-Match', true, 'The ETag of what was read (RFC 9110).'),
        IfMatchIfAsked: header('If-Match', false, 'The ETag of what was read; who sends it is held to it.'),
        IdempotencyKey: {
          ...header('Idempotency-Key', false, 'The same key again is the same request again.'),
          schema: { type: 'string', pattern: '^[!-~]{8,100}$' },
        },
      },
      headers: {
        ETag: { description: 'The version of what is answered.', schema: { type: 'string' } },
        Link: { description: 'Where the rest is, with rel="next" (RFC 8288).', schema: { type: 'string' } },
      },
      responses: Object.fromEntries(
        Object.entries(refusals).map(([status, description]) => [
          `Refused${status}`,
          { description, content: refusalContent(Number(status), problem) },
        ]),
      ),
      securitySchemes: {
        signIn: {
          type: 'oauth2',
          description:
            'Authorization code with PKCE at the user pool’s hosted pages. Its address is `signInDomain` in the dashboard’s /config.json.',
          flows: {
            authorizationCode: {
              authorizationUrl: 'https://sign-in.invalid/oauth2/authorize',
              tokenUrl: 'https://sign-in.invalid/oauth2/token',
              refreshUrl: 'https://sign-in.invalid/oauth2/token',
              scopes: { [scopes.read]: 'Read.', [scopes.write]: 'Change.' },
            },
          },
        },
      },
    },
  };
};

const header = (name: string, required: boolean, description: string) => ({
  name,
  in: 'header',
  required,
  description,
  schema: { type: 'string', maxLength: 64 },
});

const refusals = {
  400: 'The path, the query or the body is not as described; `errors` says where.',
  401: 'No access token, or one that is not valid.',
  403: 'The token lacks the scope, or the caller’s groups, sites or person do not allow it.',
  404: 'There is no such thing within the caller’s reach.',
  409: 'What is there stands against it.',
  412: 'It was changed meanwhile.',
  413: 'The body is too large.',
  415: 'The body is not of the type that is needed.',
  422: 'It reads well but cannot be used; `detail` says why.',
  428: 'If-Match is needed.',
  429: 'Too many requests; try again a little later.',
  500: 'It failed here.',
  503: 'It cannot be answered now; try again a little later.',
} as const;

/** What API Gateway refuses by itself, before any function is asked, has its own form. */
const byGateway = [401, 403, 413, 429, 500, 503];

const refusalContent = (status: number, problem: JsonSchema): JsonSchema => ({
  'application/problem+json': { schema: problem },
  ...(byGateway.includes(status)
    ? {
        'application/json': {
          schema: { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
        },
      }
    : {}),
});

const describe = (name: string, route: Route, operation: Operation, schemas: Schemas): JsonSchema => {
  const { params, query, body, answer, summary, versioned, repeated, status = 200 } = operation;
  const changes = versioned !== undefined && body !== undefined;
  const parameters = [
    ...parametersOf('path', params, schemas),
    ...parametersOf('query', query, schemas),
    ...(changes ? [reference('parameters', versioned === true ? 'IfMatch' : 'IfMatchIfAsked')] : []),
    ...(repeated === undefined ? [] : [reference('parameters', 'IdempotencyKey')]),
  ];
  return {
    operationId: name,
    summary,
    tags: [route.function],
    security: [{ signIn: [route.scope] }],
    'x-groups': route.allow,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: bodyContent(body, schemas) } }),
    responses: {
      [status]: {
        description: 'Done.',
        ...headersOf(operation),
        ...(answer === 'nothing' ? {} : { content: answerContent(answer, schemas) }),
      },
      ...Object.fromEntries(
        statusesOf(route, operation).map((refused) => [refused, reference('responses', `Refused${refused}`)]),
      ),
    },
  };
};

const statusesOf = (
  { method }: Route,
  { params, query, body, versioned, repeated }: Operation,
): readonly (keyof typeof refusals)[] => {
  const changes = method !== 'GET';
  const where: Readonly<Record<keyof typeof refusals, boolean>> = {
    400: true,
    401: true,
    403: true,
    404: params !== undefined || query !== undefined || changes,
    409: changes || repeated !== undefined,
    412: versioned !== undefined && body !== undefined,
    413: body !== undefined,
    415: body === 'image/jpeg',
    422: changes || query !== undefined,
    428: versioned === true && body !== undefined,
    429: true,
    500: true,
    503: true,
  };
  return (Object.keys(where).map(Number) as (keyof typeof refusals)[]).filter((status) => where[status]);
};

const reference = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });

const parametersOf = (
  place: 'path' | 'query',
  schema: z.ZodObject | undefined,
  schemas: Schemas,
): readonly JsonSchema[] =>
  Object.entries<z.ZodType>((schema?.shape ?? {}) as Record<string, z.ZodType>).map(([name, one]) => ({
    name,
    in: place,
    required: place === 'path' || !accepts(one, undefined),
    schema: schemas.ofRequest(one),
  }));

const accepts = (schema: z.ZodType, value: unknown): boolean => schema.safeParse(value).success;

const bodyContent = (body: NonNullable<Operation['body']>, schemas: Schemas): JsonSchema =>
  body === 'image/jpeg' ? { 'image/jpeg': {} } : { 'application/json': { schema: schemas.ofRequest(body) } };

const answerContent = (answer: z.ZodType | 'text/csv', schemas: Schemas): JsonSchema =>
  answer === 'text/csv'
    ? { 'text/csv': { schema: { type: 'string' } } }
    : { 'application/json': { schema: schemas.ofAnswer(answer) } };

const headersOf = ({ versioned, answer }: Operation): JsonSchema => {
  const headers = [...(versioned === undefined ? [] : ['ETag']), ...(answer === 'text/csv' ? ['Link'] : [])];
  if (headers.length === 0) return {};
  return { headers: Object.fromEntries(headers.map((name) => [name, reference('headers', name)])) };
};

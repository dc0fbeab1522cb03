import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { arn } from '../../account.ts';
import { ServiceError } from '../../gateway/service.ts';
import { pageOf } from '../http/paging.ts';
import { bodyOf, invalidRequest, notFound, type RestCall, type RestOperation } from '../http/rest-service.ts';
import type { Registry, Thing } from '../registry.ts';
import { attributesProblem } from '../thing-attributes.ts';
import { certificateArn, certificateOfArn } from './certificate-arn.ts';

const thingArn = (name: string): string => arn('iot', `thing/${name}`);

const Attributes = z.strictObject({
  attributes: z.record(z.string(), z.string()).default({}),
  merge: z.boolean().default(false),
});
/** Strict: thing types and billing groups are refused by their names. */
const CreateThing = z.strictObject({ attributePayload: Attributes.optional() });
const UpdateThing = z.strictObject({
  attributePayload: Attributes.optional(),
  expectedVersion: z.int().optional(),
});

const versionOf = ({ version = 1 }: Readonly<Thing>): number => version;

const view = (thing: Readonly<Thing>) => ({
  thingName: thing.name,
  thingArn: thingArn(thing.name),
  attributes: thing.attributes,
  version: versionOf(thing),
});

/** An attribute with an empty value is removed (AWS IoT API reference, "AttributePayload"). */
const withAttributes = (
  old: Thing['attributes'],
  { attributes, merge }: z.output<typeof Attributes>,
): Thing['attributes'] => {
  const changed = Object.fromEntries(
    Object.entries(merge ? { ...old, ...attributes } : attributes).filter(([, value]) => value !== ''),
  );
  const problem = attributesProblem(changed);
  if (problem !== undefined) throw invalidRequest(problem);
  return changed;
};

/** IoT's control plane for things and which certificates they are attached to. */
export const makeThingOperations = ({
  registry,
}: {
  readonly registry: Registry;
}): readonly RestOperation[] => {
  const authorizedName = ({ request, parameter }: RestCall, action: string): string => {
    const name = parameter('thingName');
    request.authorize(`iot:${action}`, thingArn(name));
    return name;
  };

  const existing = (name: string): Readonly<Thing> => {
    const thing = registry.thing(name);
    if (thing === undefined) throw notFound(`Thing ${name} cannot be found.`);
    return thing;
  };

  const principalsOf = (name: string): readonly string[] =>
    registry.certificates().flatMap(({ id, things }) => (things.includes(name) ? [certificateArn(id)] : []));

  const requireVersion = (thing: Readonly<Thing>, expected: number | undefined): void => {
    if (expected === undefined || expected === versionOf(thing)) return;
    const message = `The expected version ${expected} is not the thing's, ${versionOf(thing)}.`;
    throw new ServiceError('VersionConflictException', message, 409);
  };

  const createThing = (call: RestCall) => {
    const name = authorizedName(call, 'CreateThing');
    if (!/^[a-zA-Z0-9:_-]{1,128}$/.test(name)) throw invalidRequest(`${name} is no valid thing name.`);
    const { attributePayload } = bodyOf(call.request, CreateThing);
    const attributes = attributePayload === undefined ? {} : withAttributes({}, attributePayload);
    const old = registry.thing(name);
    // The same again is no error; anything else under a name that is taken is.
    if (old !== undefined && !isDeepStrictEqual(old.attributes, attributes))
      throw new ServiceError(
        'ResourceAlreadyExistsException',
        `Thing ${name} already exists in account with different attributes`,
        409,
        { resourceArn: thingArn(name), resourceId: name },
      );
    if (old === undefined) registry.putThing({ name, attributes, version: 1 });
    return { thingName: name, thingArn: thingArn(name), thingId: name };
  };

  const updateThing = (call: RestCall) => {
    const old = existing(authorizedName(call, 'UpdateThing'));
    const { attributePayload, expectedVersion } = bodyOf(call.request, UpdateThing);
    requireVersion(old, expectedVersion);
    registry.putThing({
      ...old,
      version: versionOf(old) + 1,
      attributes:
        attributePayload === undefined ? old.attributes : withAttributes(old.attributes, attributePayload),
    });
  };

  const deleteThing = (call: RestCall) => {
    const name = authorizedName(call, 'DeleteThing');
    const thing = registry.thing(name);
    // A thing that is not there is deleted already.
    if (thing === undefined) return;
    const expected = call.request.query.get('expectedVersion');
    requireVersion(thing, expected === null ? undefined : Number(expected));
    if (principalsOf(name).length > 0)
      throw invalidRequest(`Cannot delete. Thing ${name} is still attached to one or more principals`);
    registry.removeThing(name);
  };

  const listThings = ({ request }: RestCall) => {
    request.authorize('iot:ListThings', '*');
    if (request.query.has('thingTypeName')) throw invalidRequest('Thing types are not emulated.');
    const attribute = request.query.get('attributeName');
    const value = request.query.get('attributeValue');
    const found = registry
      .things()
      .filter((thing) => attribute === null || thing.attributes[attribute] === value);
    const { items, next } = pageOf(request, found);
    return { things: items.map(view), nextToken: next };
  };

  /** The certificate named in the header `x-amzn-principal`, which the caller may act on. */
  const principalOf = ({ request }: RestCall, action: string): string => {
    const principal = request.headers['x-amzn-principal'] ?? '';
    request.authorize(`iot:${action}`, principal);
    return certificateOfArn(registry, principal).id;
  };

  const attachment = (
    name: string,
    method: RestOperation['method'],
    change: (certificateId: string, thing: string) => void,
  ): RestOperation => ({
    name,
    method,
    path: '/things/{thingName}/principals',
    run: (call) => {
      const id = principalOf(call, name);
      change(id, existing(call.parameter('thingName')).name);
    },
  });

  return [
    { name: 'ListThings', method: 'GET', path: '/things', run: listThings },
    {
      name: 'DescribeThing',
      method: 'GET',
      path: '/things/{thingName}',
      run: (call) => {
        const thing = existing(authorizedName(call, 'DescribeThing'));
        return { ...view(thing), thingId: thing.name, defaultClientId: thing.name };
      },
    },
    { name: 'CreateThing', method: 'POST', path: '/things/{thingName}', run: createThing },
    { name: 'UpdateThing', method: 'PATCH', path: '/things/{thingName}', run: updateThing },
    { name: 'DeleteThing', method: 'DELETE', path: '/things/{thingName}', run: deleteThing },
    {
      name: 'ListThingPrincipals',
      method: 'GET',
      path: '/things/{thingName}/principals',
      run: (call) => {
        const { name } = existing(authorizedName(call, 'ListThingPrincipals'));
        const { items, next } = pageOf(call.request, principalsOf(name));
        return { principals: items, nextToken: next };
      },
    },
    attachment('AttachThingPrincipal', 'PUT', registry.attachThing),
    attachment('DetachThingPrincipal', 'DELETE', registry.detachThing),
    {
      name: 'ListPrincipalThings',
      method: 'GET',
      path: '/principals/things',
      run: (call) => {
        const id = principalOf(call, 'ListPrincipalThings');
        const { items, next } = pageOf(call.request, registry.certificate(id)?.things ?? []);
        return { things: items, nextToken: next };
      },
    },
  ];
};

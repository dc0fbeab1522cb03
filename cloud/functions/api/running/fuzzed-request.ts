import fc from 'fast-check';
import { type JsonSchema, junk, type Known, makeArbitraryOf } from './arbitrary-of.ts';

export type FuzzedRequest = {
  /** The path with its parameters and query, ready to be sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
};

type Parameter = {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
};

export type FuzzContext = {
  readonly document: JsonSchema;
  /** What belongs together: a person and the shift of their site. */
  readonly known: readonly Known[];
  readonly pictures: readonly Uint8Array[];
};

/** Requests for one operation of the document: half of them as it describes them, half with one thing or another wrong. */
export const requestsFor = (
  context: FuzzContext,
  path: string,
  operation: JsonSchema,
): fc.Arbitrary<FuzzedRequest> =>
  fc.oneof(
    ...context.known.flatMap((known) =>
      [false, true].map((wild) => requests({ ...context, known }, path, operation, wild)),
    ),
  );

const requests = (
  { document, known, pictures }: Omit<FuzzContext, 'known'> & { readonly known: Known },
  path: string,
  operation: JsonSchema,
  wild: boolean,
): fc.Arbitrary<FuzzedRequest> => {
  // An id is one of what the path begins with.
  const ids = path.includes('{id}') ? (known[`/${path.split('/')[1]}`] ?? []) : [];
  const arbitraryOf = makeArbitraryOf(document, { ...known, id: ids });
  const parameters = ((operation.parameters ?? []) as JsonSchema[]).map((one) => resolved(document, one));
  const arbitraryFor = ({ name, schema, in: place }: Parameter): fc.Arbitrary<unknown> => {
    if (place === 'header') return headerValue(name, wild);
    const valid = arbitraryOf(schema, name);
    return wild ? mostly(valid) : valid;
  };
  const of = (place: string): fc.Arbitrary<Record<string, unknown>> => {
    const here = parameters.filter((one) => one.in === place && (wild || one.name !== 'cursor'));
    const requiredKeys = here.filter(({ required }) => required).map(({ name }) => name);
    return fc.record(Object.fromEntries(here.map((one) => [one.name, arbitraryFor(one)])), {
      requiredKeys: wild && place === 'header' ? [] : requiredKeys,
    });
  };
  const content = (operation.requestBody as { content?: Record<string, { schema?: JsonSchema }> })?.content;
  const json = content?.['application/json']?.schema;
  const rightType = json === undefined ? 'image/jpeg' : 'application/json';
  const body = (): fc.Arbitrary<Uint8Array | undefined> => {
    if (content === undefined) return fc.constant(undefined);
    return json === undefined ? pictureBody(pictures, wild) : jsonBody(arbitraryOf(json), wild);
  };

  return fc
    .record({
      params: of('path'),
      query: of('query'),
      more: wild ? fc.option(surplus, { freq: 12 }) : fc.constant(null),
      headers: of('header'),
      type: wild ? fc.option(fc.constantFrom(...types), { freq: 12 }) : fc.constant(null),
      body: body(),
    })
    .map((made) => ({
      target: `${fill(path, made.params)}${search([...Object.entries(made.query), ...(made.more === null ? [] : [made.more])])}`,
      headers: {
        ...(made.body === undefined ? {} : { 'content-type': made.type ?? rightType }),
        ...(made.headers as Record<string, string>),
      },
      body: made.body,
    }));
};

const surplus = fc.tuple(fc.constantFrom('limit', 'site', 'colour', 'person'), fc.string());
const types = ['text/plain', 'application/json', 'image/jpeg', 'image/png', ''];

const resolved = (document: JsonSchema, one: JsonSchema): Parameter => {
  const name =
    String(one.$ref ?? '')
      .split('/')
      .at(-1) ?? '';
  const components = document.components as { parameters: Record<string, Parameter> };
  return (components.parameters[name] ?? one) as Parameter;
};

/** As described, but for one in eight. */
const mostly = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 7, arbitrary: value }, { weight: 1, arbitrary: junk });

const visible = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_."* /,;='), maxLength: 80 });
const headerValue = (name: string, wild: boolean): fc.Arbitrary<string> => {
  const valid = name === 'If-Match' ? fc.constantFrom('"0"', '"1"', '"1"', '"2"', '"3"') : fc.uuid();
  const wrong = fc.oneof(fc.constantFrom('*', 'W/"1"', '1', '"999999999999999"', 'repeated-key'), visible);
  return wild ? fc.oneof(valid, wrong) : valid;
};

/** Half a surrogate pair cannot be sent; it becomes the replacement character. */
const encode = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return encodeURIComponent(Buffer.from(text).toString());
};

/** What is empty or dots alone would make another path of it before it is sent. */
const fill = (path: string, params: object): string =>
  Object.entries(params).reduce((filled, [name, value]) => {
    const encoded = encode(value);
    return filled.replace(`{${name}}`, () => (/^\.*$/.test(encoded) ? '%20' : encoded));
  }, path);

const search = (pairs: readonly (readonly [string, unknown])[]): string =>
  pairs.length === 0 ? '' : `?${pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')}`;

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const jsonBody = (valid: fc.Arbitrary<unknown>, wild: boolean): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    { weight: wild ? 2 : 1000, arbitrary: valid.map((value) => bytesOf(JSON.stringify(value))) },
    {
      weight: 6,
      arbitrary: fc.tuple(valid, mutation).map(([value, change]) => bytesOf(JSON.stringify(change(value)))),
    },
    { weight: 1, arbitrary: junk.map((value) => bytesOf(JSON.stringify(value))) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }) },
  );

/** One key gone, one too many, or one with something else in it. */
const mutation: fc.Arbitrary<(value: unknown) => unknown> = fc
  .tuple(fc.nat(), fc.constantFrom('drop', 'add', 'replace'), junk)
  .map(([which, kind, thing]) => (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return thing;
    const keys = Object.keys(value);
    const key = keys[which % Math.max(1, keys.length)];
    if (kind === 'add' || key === undefined) return { ...value, surplus: thing };
    const { [key]: _, ...rest } = value as Record<string, unknown>;
    return kind === 'drop' ? rest : { ...rest, [key]: thing };
  });

const pictureBody = (pictures: readonly Uint8Array[], wild: boolean): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    { weight: wild ? 1 : 1000, arbitrary: fc.constantFrom(...pictures) },
    {
      weight: 4,
      arbitrary: fc
        .tuple(
          fc.constantFrom(...pictures),
          fc.nat({ max: 2000 }),
          fc.uint8Array({ minLength: 1, maxLength: 8 }),
        )
        .map(([picture, at, bytes]) => damaged(picture, at, bytes)),
    },
    { weight: 2, arbitrary: fc.uint8Array({ maxLength: 200 }) },
    { weight: 1, arbitrary: fc.constant(new Uint8Array()) },
  );

/** A picture that was cut off, or with some of its first bytes overwritten. */
const damaged = (picture: Uint8Array, at: number, bytes: Uint8Array): Uint8Array => {
  if (at % 2 === 0) return picture.slice(0, at);
  const copy = picture.slice();
  copy.set(bytes, Math.min(at, copy.length - bytes.length));
  return copy;
};

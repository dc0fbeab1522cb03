import fc from 'fast-check';

export type JsonSchema = { readonly [key: string]: unknown };

/** Values that somebody may send by mistake or with intent. */
export const junk = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    ' ',
    0,
    -1,
    1.5,
    1e308,
    Number.MAX_SAFE_INTEGER,
    true,
    [],
    {},
    '\u0000',
    '\u{1F600}',
    '../../me',
    'constructor',
    '__proto__',
    '=1+1',
    '2026-02-30',
    '9999-12-31',
    '0000-01-01',
    '2026-11-23T25:00:00.000Z',
    'x'.repeat(5000),
    '%00',
    'PERSON#p',
  ),
  fc.jsonValue({ maxDepth: 2 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

/** Real ids by the name of the parameter or property that they may stand in, and by the path (`/shifts`) of which they are. */
export type Known = Readonly<Record<string, readonly string[]>>;

/** Values that a JSON Schema of the document allows, mostly with real ids where there are some. */
export const makeArbitraryOf = (document: JsonSchema, known: Known) => {
  const resolve = (reference: string): JsonSchema =>
    reference
      .slice(2)
      .split('/')
      .reduce<unknown>((value, key) => (value as JsonSchema)[key], document) as JsonSchema;

  const arbitraryOf = (schema: JsonSchema, name = ''): fc.Arbitrary<unknown> => {
    const made = bySchema(schema, name);
    const ids = schema.type === 'array' ? [] : (known[name] ?? []);
    return ids.length === 0
      ? made
      : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...ids) }, { weight: 1, arbitrary: made });
  };

  const bySchema = (schema: JsonSchema, name: string): fc.Arbitrary<unknown> => {
    if (typeof schema.$ref === 'string') return bySchema(resolve(schema.$ref), name);
    if ('const' in schema) return fc.constant(schema.const);
    if (Array.isArray(schema.enum)) return fc.constantFrom<unknown>(...schema.enum);
    const choices = schema.anyOf ?? schema.oneOf;
    if (Array.isArray(choices)) return fc.oneof(...choices.map((choice) => arbitraryOf(choice, name)));
    if (Array.isArray(schema.type))
      return fc.oneof(...schema.type.map((type) => arbitraryOf({ ...schema, type }, name)));
    switch (schema.type) {
      case 'string':
        return stringOf(schema, name);
      case 'integer':
      case 'number':
        return numberOf(schema);
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      case 'array':
        return fc.array(arbitraryOf((schema.items ?? {}) as JsonSchema, name), {
          minLength: Number(schema.minItems ?? 0),
          maxLength: Math.min(4, Number(schema.maxItems ?? 4)),
        });
      case 'object':
        return objectOf(schema);
      default:
        throw new Error(`the fuzz knows no values for ${JSON.stringify(schema).slice(0, 200)}`);
    }
  };

  const objectOf = ({ properties = {}, required = [] }: JsonSchema): fc.Arbitrary<unknown> =>
    fc.record(
      Object.fromEntries(
        Object.entries(properties as Record<string, JsonSchema>).map(([name, one]) => [
          name,
          arbitraryOf(one, name),
        ]),
      ),
      { requiredKeys: required as string[] },
    );
  return arbitraryOf;
};

const nowMs = Date.now();
const dayMs = 86_400_000;
/** Mostly about now, where something happens. */
const instant = fc
  .oneof(
    { weight: 4, arbitrary: fc.integer({ min: nowMs - 60 * dayMs, max: nowMs + 60 * dayMs }) },
    fc.integer({ min: 0, max: 4e12 }),
  )
  .map((ms) => new Date(ms).toISOString());
const timeZones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'UTC'];

const stringOf = (schema: JsonSchema, name: string): fc.Arbitrary<string> => {
  if (name === 'timeZone') return fc.oneof(fc.constantFrom(...timeZones), fc.string());
  if (schema.format === 'date') return instant.map((text) => text.slice(0, 10));
  if (schema.format === 'date-time') return instant;
  if (typeof schema.pattern === 'string') return fc.stringMatching(new RegExp(schema.pattern));
  return fc.string({
    unit: 'grapheme',
    minLength: Number(schema.minLength ?? 0),
    maxLength: Math.min(40, Number(schema.maxLength ?? 40)),
  });
};

const numberOf = ({ type, minimum, maximum, multipleOf }: JsonSchema): fc.Arbitrary<number> => {
  const step = type === 'integer' ? 1 : Number(multipleOf ?? 0.001);
  const [min, max] = [Number(minimum ?? -1000), Number(maximum ?? 1000)];
  return fc
    .integer({ min: Math.ceil(min / step), max: Math.floor(max / step) })
    .map((steps) => Number((steps * step).toFixed(3)));
};

import * as z from 'zod';
import * as api from '#contract/api.ts';
import * as attendance from '#contract/attendance.ts';
import * as checkIn from '#contract/check-in.ts';
import * as correction from '#contract/correction.ts';
import * as day from '#contract/day.ts';
import * as names from '#contract/names.ts';
import * as outcome from '#contract/outcome.ts';
import * as usage from '#contract/usage.ts';
import * as shift from '../../cloud/domain/schedule/shift.ts';
import * as siteCalendar from '../../cloud/domain/schedule/site-calendar.ts';
import * as wallTime from '../../cloud/domain/schedule/wall-time.ts';
import * as schedule from '../../cloud/functions/api/operations/schedule.ts';
import { DatedCalendar } from '../../cloud/functions/table/schedule-items.ts';

export type JsonSchema = { readonly [key: string]: unknown };
/** What a schema describes: what a caller may send, or what the API answers. */
type Side = 'input' | 'output';

const prefix = '#/components/schemas/';

/** A schema that is exported under a name is shared under that name. */
const named = new Map<z.ZodType, string>(
  [api, attendance, checkIn, correction, day, names, outcome, usage, schedule, siteCalendar, shift, wallTime]
    .flatMap((module) => Object.entries<unknown>(module))
    .concat([['DatedCalendar', DatedCalendar]])
    .flatMap(([name, value]) => (value instanceof z.ZodType ? [[value, name] as const] : [])),
);

/**
 * Turns zod schemas into JSON Schema with references to shared ones.
 * Throws when a shared one would mean one thing in a request and another in an answer.
 */
export const makeSchemas = () => {
  const shared = new Map<string, JsonSchema>();

  const convert = (side: Side, schema: z.ZodType): JsonSchema => {
    const registry = z.registry<{ id: string }>();
    for (const [known, id] of named) registry.add(known, { id });
    const own = named.get(schema) ?? 'this';
    if (own === 'this') registry.add(schema, { id: own });
    const { schemas } = z.toJSONSchema(registry, {
      io: side,
      uri: (id) => `${prefix}${id}`,
      override: ({ jsonSchema }) => {
        // The format says it; its pattern is 200 characters.
        if (jsonSchema.format === 'date' || jsonSchema.format === 'date-time') delete jsonSchema.pattern;
        // Every integer of JSON is within these.
        if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
        if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      },
    });
    const of = (id: string): JsonSchema => plain(schemas[id]);
    const keep = (id: string): void => {
      const found = of(id);
      const before = shared.get(id);
      if (before === undefined) {
        shared.set(id, found);
        for (const one of referencesIn(found)) keep(one);
      } else if (JSON.stringify(before) !== JSON.stringify(found))
        throw new Error(
          `${id} is not the same in a request and in an answer: give the two names of their own`,
        );
    };
    if (own !== 'this') {
      keep(own);
      return { $ref: `${prefix}${own}` };
    }
    const converted = of(own);
    for (const id of referencesIn(converted)) keep(id);
    return converted;
  };

  return {
    ofRequest: (schema: z.ZodType): JsonSchema => convert('input', schema),
    ofAnswer: (schema: z.ZodType): JsonSchema => convert('output', schema),
    /** Those that were referred to so far, in order of their names. */
    shared: (): Readonly<Record<string, JsonSchema>> =>
      Object.fromEntries([...shared].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
};

export type Schemas = ReturnType<typeof makeSchemas>;

const plain = (schema: unknown): JsonSchema => {
  const { $schema, $id, ...rest } = schema as JsonSchema;
  return rest;
};

const referencesIn = (schema: unknown): readonly string[] =>
  [...JSON.stringify(schema).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
    ([, id]) => id ?? '',
  );

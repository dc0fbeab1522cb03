import { z } from 'zod';
import { type Condition, createCondition, holds } from './condition.ts';
import type { RequestContext } from './pattern.ts';

const stringOrStrings = z.union([z.string(), z.array(z.string())]);

/** A role's AssumeRolePolicyDocument, as far as services are trusted: other accounts and federation are not emulated. */
const trustSchema = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z.array(
    z.strictObject({
      Sid: z.string().optional(),
      Effect: z.literal('Allow'),
      Action: z.literal('sts:AssumeRole'),
      Principal: z.strictObject({ Service: stringOrStrings }),
      Condition: z.record(z.string(), z.record(z.string(), stringOrStrings)).optional(),
    }),
  ),
});

/** One service that may act as the role, and under which conditions. */
export type Trust = { readonly services: readonly string[]; readonly conditions: readonly Condition[] };

const list = (value: string | readonly string[]): readonly string[] =>
  typeof value === 'string' ? [value] : value;

/** Throws an Error that says what is wrong with the document. */
export const parseTrust = (document: unknown): readonly Trust[] => {
  const parsed = trustSchema.safeParse(document);
  if (!parsed.success)
    throw new Error(`AssumeRolePolicyDocument is not valid: ${z.prettifyError(parsed.error)}`);
  return parsed.data.Statement.map((statement) => ({
    services: list(statement.Principal.Service),
    conditions: Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, wanted]) => createCondition(operator, key, list(wanted))),
    ),
  }));
};

/** Whether a service such as `lambda.amazonaws.com` may assume the role. */
export const trusts = (trust: readonly Trust[], service: string, context: RequestContext): boolean =>
  trust.some(
    ({ services, conditions }) =>
      services.includes(service) && conditions.every((condition) => holds(condition, context)),
  );

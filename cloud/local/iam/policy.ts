import { z } from 'zod';
import { type Condition, createCondition, holds } from './condition.ts';
import { matchesPattern, type RequestContext } from './pattern.ts';

/** What a policy says about a request; `implicit_deny` when no statement speaks of it. */
export type Decision = 'allow' | 'deny' | 'implicit_deny';

/** The action (`dynamodb:PutItem`), the resource's ARN, and the condition keys' values. */
export type PolicyQuestion = {
  readonly action: string;
  readonly resource: string;
  readonly context?: RequestContext;
};

/** Patterns of which one must match, or with `not` none may. */
type Patterns = { readonly not: boolean; readonly patterns: readonly string[] };

/** One statement of a policy, parsed. */
export type Statement = {
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Patterns;
  readonly resources: Patterns;
  readonly conditions: readonly Condition[];
};

const oneOrMore = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .transform((value): readonly string[] => (typeof value === 'string' ? [value] : value));

const scalar = z.union([z.string(), z.boolean(), z.number()]).transform(String);
const conditionValues = z
  .union([scalar, z.array(scalar).min(1)])
  .transform((value): readonly string[] => (typeof value === 'string' ? [value] : value));

const statementSchema = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Action: oneOrMore.optional(),
    NotAction: oneOrMore.optional(),
    Resource: oneOrMore.optional(),
    NotResource: oneOrMore.optional(),
    Condition: z.record(z.string(), z.record(z.string(), conditionValues)).optional(),
  })
  .refine((s) => (s.Action === undefined) !== (s.NotAction === undefined), 'needs either Action or NotAction')
  .refine(
    (s) => (s.Resource === undefined) !== (s.NotResource === undefined),
    'needs either Resource or NotResource',
  );

const documentSchema = z.strictObject({
  Id: z.string().optional(),
  // Older versions have no policy variables; nothing here is written in them.
  Version: z.literal('2012-10-17'),
  Statement: z.preprocess(
    (value) => (Array.isArray(value) ? value : [value]),
    z.array(statementSchema).min(1),
  ),
});

const patterns = (yes: readonly string[] | undefined, no: readonly string[] | undefined): Patterns =>
  yes === undefined ? { not: true, patterns: no ?? [] } : { not: false, patterns: yes };

/**
 * The statements of an identity-based or IoT policy document.
 * Throws an Error that says what is wrong, among it a condition operator that is not emulated.
 */
export const parsePolicyDocument = (document: unknown): readonly Statement[] => {
  const parsed = documentSchema.safeParse(document);
  if (!parsed.success) throw new Error(`The policy document is not valid: ${z.prettifyError(parsed.error)}`);
  return parsed.data.Statement.map((statement) => ({
    sid: statement.Sid,
    effect: statement.Effect,
    actions: patterns(statement.Action, statement.NotAction),
    resources: patterns(statement.Resource, statement.NotResource),
    conditions: Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, wanted]) => createCondition(operator, key, wanted)),
    ),
  }));
};

/** The pattern that covers the value, or `NOT` when the statement covers all but its patterns. */
const coveredBy = (
  { not, patterns: list }: Patterns,
  value: string,
  context: RequestContext,
  ignoreCase: boolean,
): string | undefined => {
  const found = list.find((pattern) => matchesPattern(pattern, value, context, { ignoreCase }));
  if (not) return found === undefined ? 'NOT' : undefined;
  return found;
};

/** A decision and, for `allow`, the patterns of the first statement that allows it. */
export type Finding = {
  readonly decision: Decision;
  readonly allowedBy?: { readonly action: string; readonly resource: string };
};

/**
 * Decides as IAM does: a matching Deny wins over any Allow, and silence is a denial.
 * Only `*` and `?` are wildcards, so in IoT policies `+` and `#` stand for themselves.
 * Source: IAM user guide, "Policy evaluation logic".
 */
export const judge = (
  statements: readonly Statement[],
  { action, resource, context = {} }: PolicyQuestion,
): Finding => {
  let allowedBy: Finding['allowedBy'];
  for (const { effect, actions, resources, conditions } of statements) {
    const byAction = coveredBy(actions, action, context, true);
    const byResource = coveredBy(resources, resource, context, false);
    if (byAction === undefined || byResource === undefined) continue;
    if (!conditions.every((condition) => holds(condition, context))) continue;
    if (effect === 'Deny') return { decision: 'deny' };
    allowedBy ??= { action: byAction, resource: byResource };
  }
  return allowedBy === undefined ? { decision: 'implicit_deny' } : { decision: 'allow', allowedBy };
};

/** `judge` for whom the decision is enough. */
export const evaluate = (statements: readonly Statement[], question: PolicyQuestion): Decision =>
  judge(statements, question).decision;

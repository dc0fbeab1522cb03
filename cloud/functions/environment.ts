import * as z from 'zod';
import { Stage } from '#contract/names.ts';
import { SearchBudget } from '../domain/search-budget.ts';
import { Sites } from '../domain/site.ts';

const json = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue('must be JSON');
    return z.NEVER;
  }
});

/** Every environment variable that a function may be given (cloud/infra/bind.ts sets them with the grants). */
const variables = {
  TABLE_NAME: z.string().min(3),
  COLLECTION_ID: z.string().min(1),
  STAGE: Stage,
  ALERTS_TOPIC_ARN: z.string().min(1),
  IMAGES_BUCKET: z.string().min(3),
  SITES: json.pipe(Sites),
  SEARCH_BUDGET: json.pipe(SearchBudget),
};

/**
 * What Lambda itself tells every function (Lambda developer guide, "Defined runtime environment variables"). `AWS_ENDPOINT_URL` takes
 * the place of every service's own address (AWS SDKs reference guide, "Service-specific endpoints").
 */
const runtimeVariables = z.object({
  AWS_REGION: z.string().min(1),
  AWS_ACCESS_KEY_ID: z.string().min(1),
  AWS_SECRET_ACCESS_KEY: z.string().min(1),
  AWS_SESSION_TOKEN: z.string().min(1).optional(),
  AWS_ENDPOINT_URL: z.url().optional(),
});
export type RuntimeEnvironment = z.infer<typeof runtimeVariables>;

/** For calls that no SDK client makes. They hold until the execution environment ends. Throws naming what is missing. */
export const readRuntimeEnvironment = (): RuntimeEnvironment => parseEnvironment(runtimeVariables);

type Variables = typeof variables;

/**
 * Reads the named environment variables of this function, once, at start.
 * Throws naming every variable that is missing or wrong, never its value.
 */
export const readEnvironment = <N extends keyof Variables>(
  ...names: readonly N[]
): { readonly [K in N]: z.output<Variables[K]> } => {
  const shape = Object.fromEntries(names.map((name) => [name, variables[name]]));
  return parseEnvironment(z.object(shape)) as { readonly [K in N]: z.output<Variables[K]> };
};

const parseEnvironment = <S extends z.ZodType>(schema: S): Readonly<z.output<S>> => {
  const parsed = schema.safeParse(process.env);
  if (parsed.success) return Object.freeze(parsed.data);
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`environment of the function needs correcting: ${problems.join('; ')}`);
};

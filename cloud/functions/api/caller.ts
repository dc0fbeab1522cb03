import * as z from 'zod';
import { Group } from '#contract/api.ts';
import { Refusal } from './refusal.ts';

/** Who sent a request, from the access token that API Gateway has verified. */
export type Caller = {
  readonly sub: string;
  readonly username: string;
  readonly groups: readonly Group[];
  readonly scopes: readonly string[];
};

/** Claims reach a function as text; a list of groups as `[hr staff]` (API Gateway, JWT authorizers). */
const Claims = z.object({
  sub: z.string().min(1),
  username: z.string().min(1),
  token_use: z.literal('access'),
  scope: z.string().default(''),
  'cognito:groups': z.string().default(''),
});

/** Reads the claims of an access token; anything else, such as an ID token, is refused with 401. */
export const parseCaller = (claims: unknown): Caller => {
  const parsed = Claims.safeParse(claims);
  if (!parsed.success) throw new Refusal(401, 'Send an access token of the dashboard’s client.');
  const groups = new Set(parsed.data['cognito:groups'].replace(/^\[|\]$/g, '').split(/[\s,]+/));
  return {
    sub: parsed.data.sub,
    username: parsed.data.username,
    groups: Group.options.filter((group) => groups.has(group)),
    scopes: parsed.data.scope.split(' '),
  };
};

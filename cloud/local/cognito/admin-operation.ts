import type { z } from 'zod';
import { ServiceError } from '../gateway/service.ts';
import type { Pool } from './pool.ts';
import type { User } from './user-store.ts';

/** One operation: what it must be sent, and what it does to the pool named there. */
export type Operation = {
  readonly input: z.ZodType;
  readonly run: (pool: Pool, input: unknown, now: () => number) => unknown;
};

/** Ties a schema to its operation, so that `run` sees parsed input. */
export const operation = <S extends z.ZodType>(
  input: S,
  run: (pool: Pool, input: z.output<S>, now: () => number) => unknown,
): Operation => ({ input, run: (pool, value, now) => run(pool, value as z.output<S>, now) });

/** The user with this username, sub or alias, or Cognito's error. */
export const needUser = (pool: Pool, name: string): User => {
  const user = pool.users.find(name);
  if (user === undefined) throw new ServiceError('UserNotFoundException', 'User does not exist.');
  return user;
};

/** A page of a list; the token is the index at which the next one starts. */
export const pageOf = <T>(
  items: readonly T[],
  limit: number,
  token: string | undefined,
): { readonly items: readonly T[]; readonly next: string | undefined } => {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString('utf8'));
  if (!Number.isInteger(start) || start < 0) {
    throw new ServiceError('InvalidParameterException', 'Invalid pagination token provided.');
  }
  const end = start + limit;
  return {
    items: items.slice(start, end),
    next: end < items.length ? Buffer.from(String(end)).toString('base64url') : undefined,
  };
};

import { ServiceError } from '../gateway/service.ts';

/** One page of a list: the items after the one that `token` names, and the token of the next page when there is more. */
export const pageOf = <T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  maxResults: number,
  token: string | undefined,
): { readonly items: readonly T[]; readonly next: string | undefined } => {
  const start = token === undefined ? 0 : indexAfter(items, keyOf, token);
  const page = items.slice(start, start + maxResults);
  const last = page.at(-1);
  const more = last !== undefined && start + page.length < items.length;
  return { items: page, next: more ? Buffer.from(keyOf(last)).toString('base64') : undefined };
};

const indexAfter = <T>(items: readonly T[], keyOf: (item: T) => string, token: string): number => {
  const key = Buffer.from(token, 'base64').toString('utf8');
  const at = items.findIndex((item) => keyOf(item) === key);
  if (at < 0) throw new ServiceError('InvalidPaginationTokenException', 'The pagination token is invalid.');
  return at + 1;
};

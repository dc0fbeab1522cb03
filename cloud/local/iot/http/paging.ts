import type { ServiceRequest } from '../../gateway/service.ts';
import { invalidRequest } from './rest-service.ts';

const largestPage = 250;

/** One page of a list, and the token for the next: the position in the list, as no list here changes its order. */
export const pageOf = <T>(
  { query }: ServiceRequest,
  items: readonly T[],
  names: { readonly size: string; readonly token: string } = { size: 'maxResults', token: 'nextToken' },
): { readonly items: readonly T[]; readonly next: string | undefined } => {
  const size = Number(query.get(names.size) ?? largestPage);
  const start = Number(query.get(names.token) ?? 0);
  if (!Number.isInteger(size) || size < 1 || size > largestPage)
    throw invalidRequest(`${names.size} is 1 to ${largestPage}.`);
  if (!Number.isInteger(start) || start < 0) throw invalidRequest(`${names.token} is not valid.`);
  const end = start + size;
  return { items: items.slice(start, end), next: end < items.length ? String(end) : undefined };
};

/** Marker paging, which the certificate and policy lists use. */
export const markerPaging = { size: 'pageSize', token: 'marker' };

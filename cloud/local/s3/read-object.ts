import { ServiceError, type ServiceRequest, type ServiceResponse } from '../gateway/service.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';

/** GetObject and HeadObject of an object that is there, with ranges and conditions (RFC 9110, sections 13 and 14). `about` is added to the answer. */
export const answerObject = async (
  { method, query, headers }: Pick<ServiceRequest, 'method' | 'query' | 'headers'>,
  object: StoredObject,
  store: ObjectStore,
  about: Readonly<Record<string, string>>,
): Promise<ServiceResponse> => {
  if (!isAsExpected(headers, object))
    throw new ServiceError(
      'PreconditionFailed',
      'At least one of the preconditions you specified did not hold.',
      412,
    );
  const validators = { etag: object.etag, 'last-modified': new Date(object.modifiedAt).toUTCString() };
  if (notModified(headers, object)) return { status: 304, headers: validators };

  const range = rangeOf(headers.range, object.size);
  const [start, end] = range ?? [0, object.size - 1];
  const body = method === 'HEAD' ? undefined : (await store.read(object.key)).subarray(start, end + 1);
  return {
    status: range === undefined ? 200 : 206,
    headers: {
      ...object.headers,
      ...overrides(query),
      ...about,
      ...validators,
      'accept-ranges': 'bytes',
      'content-length': String(end - start + 1),
      ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${object.size}` }),
      ...(range === undefined && headers['x-amz-checksum-mode'] === 'ENABLED'
        ? { 'x-amz-checksum-crc32': object.crc32, 'x-amz-checksum-type': 'FULL_OBJECT' }
        : {}),
    },
    ...(body === undefined ? {} : { body }),
  };
};

/** Whether a condition's list of entity tags names this one. */
export const matches = (condition: string, etag: string): boolean =>
  condition.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);

type Headers = Readonly<Record<string, string>>;

/** Whether If-Match holds, or without it If-Unmodified-Since: an entity tag says more than a time, so it alone counts. */
const isAsExpected = (headers: Headers, object: StoredObject): boolean => {
  const match = headers['if-match'];
  if (match !== undefined) return matches(match, object.etag);
  return !(modifiedSeconds(object) > secondsOf(headers['if-unmodified-since']));
};

const notModified = (headers: Headers, object: StoredObject): boolean => {
  const none = headers['if-none-match'];
  if (none !== undefined) return matches(none, object.etag);
  return modifiedSeconds(object) <= secondsOf(headers['if-modified-since']);
};

/** HTTP dates have whole seconds. */
const modifiedSeconds = ({ modifiedAt }: StoredObject): number => secondsOf(modifiedAt);

/** NaN, which compares as false with everything, for a date that is missing or malformed: the condition is then ignored. */
const secondsOf = (date: string | undefined): number => Math.floor(Date.parse(date ?? '') / 1000);

/** First and last byte of a single range; undefined = the whole object, as S3 answers for anything else it is asked. */
const rangeOf = (range: string | undefined, size: number): [number, number] | undefined => {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (start > end || start >= size)
    throw new ServiceError('InvalidRange', 'The requested range is not satisfiable', 416);
  return [start, end];
};

const overrides = (query: URLSearchParams): Record<string, string> =>
  Object.fromEntries(
    [...query]
      .filter(([name]) => name.startsWith('response-'))
      .map(([name, value]) => [name.slice('response-'.length), value]),
  );

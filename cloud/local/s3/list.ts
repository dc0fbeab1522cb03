import { ServiceError } from '../gateway/service.ts';
import type { StoredObject } from './object-store.ts';
import { type Element, xmlDocument } from './xml.ts';

const maxKeys = 1000;

/** One page of a listing: an object, or all keys that share a beginning up to the delimiter. */
type Entry = { readonly sortKey: string; readonly object?: StoredObject };

/**
 * ListObjectsV2. Keys sort by their UTF-8 bytes; a group of keys behind a delimiter counts as one towards the page.
 * Source: "ListObjectsV2", S3 API reference.
 */
export const listObjects = (
  bucket: string,
  objects: readonly StoredObject[],
  query: URLSearchParams,
): string => {
  if (query.get('list-type') !== '2')
    throw new ServiceError('NotImplemented', 'The local cloud lists objects by ListObjectsV2 only.', 501);
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const token = query.get('continuation-token');
  const after =
    token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString('utf8');
  const limit = limitOf(query.get('max-keys'));
  const spelled = query.get('encoding-type') === 'url' ? encodeKey : (text: string) => text;

  const entries = entriesOf(objects, prefix, delimiter).filter(
    ({ sortKey }) => after === '' || compareBytes(sortKey, after) > 0,
  );
  const page = entries.slice(0, limit);
  const truncated = entries.length > limit;
  return xmlDocument('ListBucketResult', [
    ['Name', bucket],
    ['Prefix', spelled(prefix)],
    ...optional('Delimiter', delimiter === '' ? undefined : spelled(delimiter)),
    ['MaxKeys', limit],
    ...optional('EncodingType', query.get('encoding-type') ?? undefined),
    ...optional('ContinuationToken', token ?? undefined),
    ...optional('StartAfter', query.get('start-after') ?? undefined),
    ['KeyCount', page.length],
    ['IsTruncated', truncated],
    ...optional(
      'NextContinuationToken',
      truncated ? Buffer.from(page.at(-1)?.sortKey ?? '').toString('base64url') : undefined,
    ),
    ...page.flatMap(({ object }) => (object === undefined ? [] : [contents(object, spelled)])),
    ...page.flatMap(({ sortKey, object }): Element[] =>
      object === undefined ? [['CommonPrefixes', [['Prefix', spelled(sortKey)]]]] : [],
    ),
  ]);
};

const limitOf = (asked: string | null): number => {
  if (asked === null) return maxKeys;
  if (!/^\d{1,9}$/.test(asked))
    throw new ServiceError(
      'InvalidArgument',
      'Provided max-keys not an integer or within integer range',
      400,
    );
  return Math.min(Number(asked), maxKeys);
};

const entriesOf = (objects: readonly StoredObject[], prefix: string, delimiter: string): Entry[] => {
  const entries = new Map<string, Entry>();
  for (const object of objects) {
    if (!object.key.startsWith(prefix)) continue;
    const cut = delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length);
    if (cut < 0) entries.set(`object ${object.key}`, { sortKey: object.key, object });
    else {
      const group = object.key.slice(0, cut + delimiter.length);
      entries.set(`group ${group}`, { sortKey: group });
    }
  }
  return [...entries.values()].sort((a, b) => compareBytes(a.sortKey, b.sortKey));
};

const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

const contents = (
  { key, modifiedAt, etag, size }: StoredObject,
  spelled: (text: string) => string,
): Element => [
  'Contents',
  [
    ['Key', spelled(key)],
    ['LastModified', modifiedAt],
    ['ETag', etag],
    ['Size', size],
    ['StorageClass', 'STANDARD'],
  ],
];

const optional = (name: string, value: string | undefined): Element[] =>
  value === undefined ? [] : [[name, value]];

const encodeKey = (key: string): string => encodeURIComponent(key).replaceAll('%2F', '/');

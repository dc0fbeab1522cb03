import { createHash } from 'node:crypto';
import { ServiceError, type ServiceRequest } from '../gateway/service.ts';
import { unframe } from './aws-chunked.ts';
import { crc32Of, verifyChecksums } from './checksum.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';
import { matches } from './read-object.ts';

/** Limits of the S3 user guide: object keys in UTF-8 bytes, user-defined metadata in bytes of names and values. */
const maxKeyBytes = 1024;
const maxMetadataBytes = 2048;

const keptHeaders = ['cache-control', 'content-disposition', 'content-language', 'expires'];

/** PutObject, with the body in one piece or aws-chunked, its checksums verified before anything is kept. */
export const putObject = async (
  { headers, body: sent }: Pick<ServiceRequest, 'headers' | 'body'>,
  key: string,
  store: ObjectStore,
): Promise<StoredObject> => {
  if (Buffer.byteLength(key) > maxKeyBytes)
    throw new ServiceError('KeyTooLongError', 'Your key is too long', 400);
  refuseUnlessConditionsHold(headers, store.find(key)?.etag);

  const framed = headers['x-amz-content-sha256']?.startsWith('STREAMING-') === true;
  const { body, trailers } = framed
    ? unframe(sent, headers['x-amz-decoded-content-length'])
    : { body: sent, trailers: {} };
  for (const promised of (headers['x-amz-trailer'] ?? '').split(',').filter(Boolean))
    if (!(promised.trim().toLowerCase() in trailers))
      throw new ServiceError('MalformedTrailerError', `The trailer ${promised.trim()} is missing.`, 400);
  verifyChecksums(body, { ...headers, ...trailers });

  return store.write({
    key,
    body,
    etag: etagOf(body),
    crc32: crc32Of(body),
    headers: headersToKeep(headers),
  });
};

/** What S3 answers about what it has just stored. */
export const writtenHeaders = ({ etag, crc32 }: StoredObject): Record<string, string> => ({
  etag,
  'x-amz-checksum-crc32': crc32,
  'x-amz-checksum-type': 'FULL_OBJECT',
});

/** The entity tag of an object that came in one piece. */
export const etagOf = (body: Buffer): string => `"${createHash('md5').update(body).digest('hex')}"`;

const refuseUnlessConditionsHold = (
  headers: Readonly<Record<string, string>>,
  current: string | undefined,
): void => {
  const none = headers['if-none-match'];
  if (none !== undefined && none !== '*')
    throw new ServiceError('NotImplemented', 'if-none-match of a PutObject can only be "*".', 501);
  const match = headers['if-match'];
  if (match !== undefined && current === undefined)
    throw new ServiceError('NoSuchKey', 'The specified key does not exist.', 404);
  if (
    (none === '*' && current !== undefined) ||
    (match !== undefined && current !== undefined && !matches(match, current))
  )
    throw new ServiceError(
      'PreconditionFailed',
      'At least one of the preconditions you specified did not hold.',
      412,
    );
};

const headersToKeep = (headers: Readonly<Record<string, string>>): Record<string, string> => {
  const metadata = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'));
  const bytes = metadata.reduce(
    (sum, [name, value]) => sum + name.length - 'x-amz-meta-'.length + value.length,
    0,
  );
  if (bytes > maxMetadataBytes)
    throw new ServiceError(
      'MetadataTooLarge',
      'Your metadata headers exceed the maximum allowed metadata size',
      400,
    );
  const encoding = (headers['content-encoding'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'aws-chunked')
    .join(',');
  return {
    'content-type': headers['content-type'] ?? 'binary/octet-stream',
    ...(encoding === '' ? {} : { 'content-encoding': encoding }),
    ...Object.fromEntries(
      keptHeaders.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
    ),
    ...Object.fromEntries(metadata),
  };
};

import { account } from '../account.ts';
import { ServiceError, type ServiceRequest } from '../gateway/service.ts';

/** Parts of a presigned URL, and the SDK's own note of which operation it called. */
const always = [
  'x-id',
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-Signature',
  'X-Amz-SignedHeaders',
  'X-Amz-Security-Token',
  'X-Amz-Content-Sha256',
];

const knownQuery = {
  object: [
    'response-content-type',
    'response-content-disposition',
    'response-cache-control',
    'response-content-encoding',
    'response-content-language',
    'response-expires',
  ],
  list: [
    'list-type',
    'prefix',
    'delimiter',
    'max-keys',
    'continuation-token',
    'start-after',
    'encoding-type',
    'fetch-owner',
  ],
  delete: ['delete'],
} as const;

const knownHeaders = new Set([
  'x-amz-date',
  'x-amz-content-sha256',
  'x-amz-security-token',
  'x-amz-user-agent',
  'x-amz-decoded-content-length',
  'x-amz-trailer',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-checksum-mode',
  'x-amz-checksum-crc32',
  'x-amz-checksum-sha1',
  'x-amz-checksum-sha256',
  'x-amz-expected-bucket-owner',
  'x-amz-server-side-encryption',
]);

/**
 * A presigned URL carries headers as parameters, which count as if they had been sent: the SDK puts, among others, the
 * checksum of the body there, and that of an empty one when it knows no body yet.
 */
export const withHeadersOfUrl = (request: ServiceRequest): ServiceRequest => {
  if (!request.query.has('X-Amz-Signature')) return request;
  const carried = [...request.query].filter(([name]) => /^x-amz-/i.test(name) && !always.includes(name));
  const query = new URLSearchParams(request.query);
  for (const [name] of carried) query.delete(name);
  const headers = Object.fromEntries(carried.map(([name, value]) => [name.toLowerCase(), value]));
  return { ...request, query, headers: { ...headers, ...request.headers } };
};

/**
 * Conditions that S3 has, or may have, for a method, and this server has not. The other conditions of HTTP are kept by
 * read-object.ts and write-object.ts.
 */
const unknownConditions: Readonly<Record<string, readonly string[]>> = {
  GET: ['if-range'],
  DELETE: ['if-match', 'if-none-match'],
};

/**
 * Refuses by name what this server does not do. A sub-resource that is silently ignored would store, for example,
 * the XML of `PUT ?tagging` as the object.
 */
export const refuseUnknownOptions = (
  { method, query, headers }: Pick<ServiceRequest, 'method' | 'query' | 'headers'>,
  kind: keyof typeof knownQuery,
): void => {
  if (query.has('uploads') || query.has('uploadId'))
    throw new ServiceError(
      'NotImplemented',
      'The local cloud has no multipart uploads, as nothing of the product is over 5 MB: upload in one piece (aws s3api put-object).',
      501,
    );
  for (const name of query.keys())
    if (!always.includes(name) && !(knownQuery[kind] as readonly string[]).includes(name))
      throw new ServiceError(
        'NotImplemented',
        `The local cloud does not implement the parameter "${name}".`,
        501,
      );
  for (const name of Object.keys(headers))
    if (
      (name.startsWith('x-amz-') && !name.startsWith('x-amz-meta-') && !knownHeaders.has(name)) ||
      unknownConditions[method]?.includes(name)
    )
      throw new ServiceError(
        'NotImplemented',
        `The local cloud does not implement the header "${name}".`,
        501,
      );
  const owner = headers['x-amz-expected-bucket-owner'];
  if (owner !== undefined && owner !== account.id)
    throw new ServiceError('AccessDenied', 'The bucket belongs to another account.', 403);
};

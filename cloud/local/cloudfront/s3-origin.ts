import { createHash } from 'node:crypto';
import type { WebRequest, WebResponse } from '../loopback-server.ts';

/** An object as S3 keeps it; `headers` in lower case (`content-type`, `cache-control`…). */
export type StoredObject = {
  readonly body: Buffer;
  /** With its quotes. */
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
};

/** Who reads: CloudFront, for one distribution; the bucket's policy has to allow it. */
export type ObjectReader = { readonly principal: 'cloudfront.amazonaws.com'; readonly sourceArn: string };

/** Reads one object for a service; undefined when it is not there or the bucket's policy does not allow the reader. */
export type ReadObject = (
  bucket: string,
  key: string,
  reader: ObjectReader,
) => Promise<StoredObject | undefined>;

export type S3OriginContext = {
  readonly readObject: ReadObject;
  readonly distributionArn: string;
  /** Turns AWS's public origins inside a text into the loopback ones that the browser has to use. */
  readonly toBrowser: (text: string) => string;
};

/** The bucket in an origin's domain name, `<bucket>.s3.<region>.amazonaws.com`; undefined for other origins. */
export const bucketOf = (domainName: string): string | undefined =>
  /^(.+)\.s3[.-][a-z0-9-]+\.amazonaws\.com$/.exec(domainName)?.[1];

/**
 * Fetches a path from a bucket through its origin access control.
 * A key that is not there is 403, not 404: without permission to list, S3 does not say whether a key exists.
 * JSON gets its public origins replaced, because the dashboard's `config.json` carries AWS's names from the template.
 */
export const fetchFromBucket = async (
  context: S3OriginContext,
  bucket: string,
  request: WebRequest,
): Promise<WebResponse> => {
  if (request.method !== 'GET' && request.method !== 'HEAD') return accessDenied;
  const key = keyOf(request.path);
  if (key === undefined) return xml(400, 'InvalidURI', "Couldn't parse the specified URI.");
  if (key === '') return accessDenied;
  const reader = { principal: 'cloudfront.amazonaws.com', sourceArn: context.distributionArn } as const;
  const stored = await context.readObject(bucket, key, reader);
  if (stored === undefined) return accessDenied;
  const type = stored.headers['content-type'] ?? '';
  const { body, etag } = /^application\/json\b/i.test(type) ? forBrowser(stored, context.toBrowser) : stored;
  return { status: 200, headers: { ...stored.headers, etag, server: 'AmazonS3' }, body };
};

/** The tag is that of the text as sent: ports differ from start to start, and a browser may still hold the last one's. */
const forBrowser = (stored: StoredObject, toBrowser: (text: string) => string) => {
  const text = stored.body.toString('utf8');
  const replaced = toBrowser(text);
  if (replaced === text) return stored;
  return { body: Buffer.from(replaced), etag: `"${createHash('md5').update(replaced).digest('hex')}"` };
};

const keyOf = (path: string): string | undefined => {
  try {
    return decodeURIComponent(path.slice(1));
  } catch {
    return undefined;
  }
};

const xml = (status: number, code: string, message: string): WebResponse => ({
  status,
  headers: { 'content-type': 'application/xml', server: 'AmazonS3' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
});

const accessDenied = xml(403, 'AccessDenied', 'Access Denied');

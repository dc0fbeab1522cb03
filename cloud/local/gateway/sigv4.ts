import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** A request as it came over the wire; header names in lower case. */
export type SignedRequest = {
  readonly method: string;
  /** Path and query as sent, not decoded. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

/** What a request claims in its signature, before anything of it is believed. */
export type Claim = {
  readonly accessKeyId: string;
  /** `YYYYMMDD`, region and service name of the credential scope. */
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `YYYYMMDDTHHMMSSZ`. */
  readonly timestamp: string;
  /** Seconds a presigned URL is valid; undefined when the signature is in the header. */
  readonly expiresSeconds: number | undefined;
};

/** Why a signature is refused; each service family has its own word for it. */
export type Refusal =
  | 'unknown_key'
  | 'unknown_token'
  | 'clock_skew'
  | 'expired'
  | 'other_day'
  | 'header_not_signed'
  | 'body_hash_missing'
  | 'signed_in_chunks'
  | 'body_altered'
  | 'wrong_signature';

/** AWS allows a clock to be off by this much. Source: "Signing AWS API requests", time requirements. */
const maxClockSkewMs = 15 * 60_000;

/** A presigned URL lives at most seven days. Source: S3 API, X-Amz-Expires. */
const maxExpiresSeconds = 7 * 24 * 3600;

/** Body hashes that are words instead: the body is unsigned. */
const unhashedBodies: ReadonlySet<string> = new Set([
  'UNSIGNED-PAYLOAD',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
]);

/** The body is signed chunk by chunk, which is refused by name: taken unverified, anybody could change it on the way. */
const signedInChunks = /^STREAMING-AWS4-/;

const claimSchema = z.object({
  credential: z.string().regex(/^[^/]+\/\d{8}\/[^/]+\/[^/]+\/aws4_request$/),
  signedHeaders: z.string().min(1),
  signature: z.string().regex(/^[0-9a-f]{64}$/),
  timestamp: z.string().regex(/^\d{8}T\d{6}Z$/),
  expires: z
    .string()
    .regex(/^\d{1,6}$/)
    .optional(),
});

/** Reads the signature from the query of a presigned URL or from the Authorization header; undefined when there is none. */
export const readClaim = ({ url, headers }: Pick<SignedRequest, 'url' | 'headers'>): Claim | undefined => {
  const query = new URLSearchParams(url.split('?')[1] ?? '');
  const presigned = query.has('X-Amz-Signature');
  if (presigned && query.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') return undefined;
  const [, credential, signedHeaders, signature] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]+)$/.exec(
      headers.authorization ?? '',
    ) ?? [];
  const parsed = claimSchema.safeParse(
    presigned
      ? {
          credential: query.get('X-Amz-Credential'),
          signedHeaders: query.get('X-Amz-SignedHeaders'),
          signature: query.get('X-Amz-Signature'),
          timestamp: query.get('X-Amz-Date'),
          expires: query.get('X-Amz-Expires'),
        }
      : { credential, signedHeaders, signature, timestamp: headers['x-amz-date'] },
  );
  if (!parsed.success) return undefined;
  const [accessKeyId = '', day = '', region = '', service = ''] = parsed.data.credential.split('/');
  return {
    accessKeyId,
    day,
    region,
    service,
    signedHeaders: parsed.data.signedHeaders.split(';'),
    signature: parsed.data.signature,
    timestamp: parsed.data.timestamp,
    expiresSeconds: parsed.data.expires === undefined ? undefined : Number(parsed.data.expires),
  };
};

/**
 * Checks a Signature Version 4. Returns undefined when it is good, else why it is not.
 * Source: "Create a signed AWS API request"; S3 encodes the path once, every other service twice.
 */
export const verifySignature = (
  request: SignedRequest,
  claim: Claim,
  { secret, nowMs }: { readonly secret: string | undefined; readonly nowMs: number },
): Refusal | undefined => {
  if (secret === undefined) return 'unknown_key';
  // Nobody here has temporary credentials, so no session token is one that was handed out.
  if ('x-amz-security-token' in request.headers || /[?&]X-Amz-Security-Token=/.test(request.url))
    return 'unknown_token';

  const signedAtMs = Date.parse(
    claim.timestamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
  );
  if (Number.isNaN(signedAtMs) || signedAtMs > nowMs + maxClockSkewMs) return 'clock_skew';
  if (claim.expiresSeconds === undefined) {
    if (signedAtMs < nowMs - maxClockSkewMs) return 'clock_skew';
  } else if (claim.expiresSeconds > maxExpiresSeconds || nowMs > signedAtMs + claim.expiresSeconds * 1000) {
    return 'expired';
  }
  if (claim.day !== claim.timestamp.slice(0, 8)) return 'other_day';
  if (!signsEnough(request, claim)) return 'header_not_signed';

  const bodyHash = request.headers['x-amz-content-sha256'];
  if (bodyHash === undefined && claim.service === 's3' && claim.expiresSeconds === undefined)
    return 'body_hash_missing';
  if (signedInChunks.test(bodyHash ?? '')) return 'signed_in_chunks';
  const actualHash = sha256(request.body);
  const hashed = bodyHash !== undefined && !(claim.service === 's3' && unhashedBodies.has(bodyHash));
  if (hashed && bodyHash !== actualHash) return 'body_altered';
  const unsignedBody = claim.service === 's3' && claim.expiresSeconds !== undefined;
  const payload = bodyHash ?? (unsignedBody ? 'UNSIGNED-PAYLOAD' : actualHash);

  const canonical = [
    request.method,
    canonicalPath(request.url, claim.service),
    canonicalQuery(request.url),
    ...claim.signedHeaders.map((name) => `${name}:${canonicalHeader(request.headers[name])}`),
    '',
    claim.signedHeaders.join(';'),
    payload,
  ].join('\n');
  const scope = [claim.day, claim.region, claim.service, 'aws4_request'].join('/');
  const toSign = ['AWS4-HMAC-SHA256', claim.timestamp, scope, sha256(canonical)].join('\n');
  const expected = hmac(signingKey(secret, claim), toSign);
  return timingSafeEqual(expected, Buffer.from(claim.signature, 'hex')) ? undefined : 'wrong_signature';
};

/** Host and every x-amz header that is sent must be signed: what is not could be changed on the way. */
const signsEnough = ({ headers }: SignedRequest, { signedHeaders }: Claim): boolean =>
  signedHeaders.includes('host') &&
  Object.keys(headers).every((name) => !name.startsWith('x-amz-') || signedHeaders.includes(name));

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();

const signingKey = (secret: string, { day, region, service }: Claim): Buffer =>
  hmac(hmac(hmac(hmac(`AWS4${secret}`, day), region), service), 'aws4_request');

/** RFC 3986, which leaves fewer characters alone than encodeURIComponent. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** A malformed escape stays as it is: the signature then simply does not match. */
const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const canonicalPath = (url: string, service: string): string => {
  const segments = (url.split('?')[0] ?? '/').split('/');
  if (service === 's3') return segments.map((segment) => encode(decode(segment))).join('/');
  return normalised(segments).map(encode).join('/');
};

/** Without empty and dot segments, which the SDKs take out before they sign for services other than S3. */
const normalised = (segments: readonly string[]): readonly string[] => {
  const kept: string[] = [];
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const trailing = kept.length > 0 && segments.at(-1) === '' ? [''] : [];
  return ['', ...kept, ...(kept.length === 0 ? [''] : trailing)];
};

const canonicalQuery = (url: string): string =>
  (url.split('?')[1] ?? '')
    .split('&')
    .filter((part) => part !== '')
    .map((part): readonly [string, string] => {
      const at = part.indexOf('=');
      const [key, value] = at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
      return [encode(decode(key)), encode(decode(value))];
    })
    .filter(([key]) => key !== 'X-Amz-Signature')
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map(([key, value]) => `${key}=${value}`)
    .join('&');

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const canonicalHeader = (value: string | undefined): string => (value ?? '').trim().replace(/ +/g, ' ');

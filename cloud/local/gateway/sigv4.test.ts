import { describe, expect, it } from 'vitest';
import { readClaim, type SignedRequest, verifySignature } from './sigv4.ts';

// The examples of "Authenticating Requests (AWS Signature Version 4)" in the S3 API reference.
const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const signedAt = Date.UTC(2013, 4, 24);
const minute = 60_000;

const signedGet: SignedRequest = {
  method: 'GET',
  url: '/test.txt',
  headers: {
    host: 'examplebucket.s3.amazonaws.com',
    range: 'bytes=0-9',
    'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    'x-amz-date': '20130524T000000Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  body: Buffer.alloc(0),
};

const presignedGet: SignedRequest = {
  method: 'GET',
  url: '/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  headers: { host: 'examplebucket.s3.amazonaws.com' },
  body: Buffer.alloc(0),
};

const withAuthorization = (change: (text: string) => string): SignedRequest => ({
  ...signedGet,
  headers: { ...signedGet.headers, authorization: change(signedGet.headers.authorization ?? '') },
});
const { 'x-amz-content-sha256': _, ...otherHeaders } = signedGet.headers;
const withoutBodyHash: SignedRequest = { ...signedGet, headers: otherHeaders };

const check = (request: SignedRequest, nowMs: number, key: string | undefined = secret) => {
  const claim = readClaim(request);
  return claim === undefined ? 'no claim' : verifySignature(request, claim, { secret: key, nowMs });
};

describe('verifySignature', () => {
  it("accepts the documentation's signed header", () => {
    expect(check(signedGet, signedAt)).toBeUndefined();
  });

  it("accepts the documentation's presigned URL", () => {
    expect(check(presignedGet, signedAt)).toBeUndefined();
  });

  it.each<[string, SignedRequest, number, string]>([
    ['another method', { ...signedGet, method: 'DELETE' }, signedAt, 'wrong_signature'],
    ['another path', { ...signedGet, url: '/other.txt' }, signedAt, 'wrong_signature'],
    ['another query', { ...signedGet, url: '/test.txt?acl' }, signedAt, 'wrong_signature'],
    [
      'another signed header',
      { ...signedGet, headers: { ...signedGet.headers, range: 'bytes=0-99' } },
      signedAt,
      'wrong_signature',
    ],
    ['another body', { ...signedGet, body: Buffer.from('x') }, signedAt, 'body_altered'],
    ['a clock that is slow', signedGet, signedAt + 16 * minute, 'clock_skew'],
    ['a clock that is fast', signedGet, signedAt - 16 * minute, 'clock_skew'],
    ['a URL past its time', presignedGet, signedAt + 24 * 60 * minute + 1, 'expired'],
    [
      'an x-amz header that is not signed',
      { ...signedGet, headers: { ...signedGet.headers, 'x-amz-meta-name': 'x' } },
      signedAt,
      'header_not_signed',
    ],
    [
      'a signature without the host',
      withAuthorization((text) => text.replace('host;', '')),
      signedAt,
      'header_not_signed',
    ],
    [
      'a key of another day',
      withAuthorization((text) => text.replace('/20130524/', '/20130525/')),
      signedAt,
      'other_day',
    ],
    [
      'a session token, which nobody was given',
      { ...signedGet, headers: { ...signedGet.headers, 'x-amz-security-token': 'x' } },
      signedAt,
      'unknown_token',
    ],
    [
      'a body that is signed in chunks, which nobody here would verify',
      {
        ...signedGet,
        headers: { ...signedGet.headers, 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' },
      },
      signedAt,
      'signed_in_chunks',
    ],
    ["S3's request without its body's hash", withoutBodyHash, signedAt, 'body_hash_missing'],
    [
      'a URL whose time was stretched',
      { ...presignedGet, url: presignedGet.url.replace('86400', '86401') },
      signedAt,
      'wrong_signature',
    ],
  ])('refuses %s', (_, request, nowMs, refusal) => {
    expect(check(request, nowMs)).toBe(refusal);
  });

  it('refuses a wrong secret', () => {
    expect(check(signedGet, signedAt, 'guess')).toBe('wrong_signature');
  });

  it('refuses a key that nobody has', () => {
    const claim = readClaim(signedGet);
    expect(claim && verifySignature(signedGet, claim, { secret: undefined, nowMs: signedAt })).toBe(
      'unknown_key',
    );
  });

  it('sees no claim in a request without a signature, or with a malformed one', () => {
    expect(readClaim({ url: '/', headers: {} })).toBeUndefined();
    expect(
      readClaim({ ...presignedGet, url: presignedGet.url.replace('HMAC-SHA256', 'HMAC-MD5') }),
    ).toBeUndefined();
    expect(
      readClaim({
        url: '/',
        headers: { authorization: 'AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=00' },
      }),
    ).toBeUndefined();
  });
});

import { expect, it } from 'vitest';
import { readClaim, type SignedRequest, verifySignature } from '../gateway/sigv4.ts';

// Requests that AWS's documentation signed, with the signature that it prints.

type Example = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signature: string;
};

/** `Example` as it would come over the wire: all its headers are signed. */
const wire = (
  { method, url, headers, body = '', signature }: Example,
  credential: string,
  claimed = signature,
): SignedRequest => {
  const signed = Object.keys(headers).sort().join(';');
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signed}, Signature=${claimed}`;
  return { method, url, headers: { ...headers, authorization }, body: Buffer.from(body) };
};
const judge = (request: SignedRequest, secret: string, nowMs: number) => {
  const claim = readClaim(request);
  return claim === undefined ? 'no claim' : verifySignature(request, claim, { secret, nowMs });
};
const altered = (signature: string): string => signature.replace(/.$/, (last) => (last === '0' ? '1' : '0'));

const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const s3 = {
  host: 'examplebucket.s3.amazonaws.com',
  'x-amz-content-sha256': emptyHash,
  'x-amz-date': '20130524T000000Z',
};

// S3 API reference, "Signature Calculations for the Authorization Header: Transferring Payload in a Single Chunk", examples.
it.each<[string, Example]>([
  [
    'PUT object',
    {
      method: 'PUT',
      url: '/test%24file.text',
      headers: {
        ...s3,
        date: 'Fri, 24 May 2013 00:00:00 GMT',
        'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      },
      body: 'Welcome to Amazon S3.',
      signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    },
  ],
  [
    'GET bucket lifecycle',
    {
      method: 'GET',
      url: '/?lifecycle',
      headers: s3,
      signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
    },
  ],
  [
    'GET bucket, a list of objects',
    {
      method: 'GET',
      url: '/?max-keys=2&prefix=J',
      headers: s3,
      signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    },
  ],
])('verifies the S3 documentation’s %s', (_, example) => {
  const credential = 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request';
  const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
  const at = Date.UTC(2013, 4, 24);
  expect(judge(wire(example, credential), secret, at)).toBeUndefined();
  expect(judge(wire(example, credential, altered(example.signature)), secret, at)).toBe('wrong_signature');
});

const suite = { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z' };

// AWS General Reference, "Signature Version 4 test suite", by the names of its files.
it.each<[string, Example]>([
  [
    'get-vanilla',
    {
      method: 'GET',
      url: '/',
      headers: suite,
      signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
    },
  ],
  [
    'get-vanilla-query-order-key-case',
    {
      method: 'GET',
      url: '/?Param2=value2&Param1=value1',
      headers: suite,
      signature: 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    },
  ],
  [
    'get-relative',
    {
      method: 'GET',
      url: '/example/..',
      headers: suite,
      signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
    },
  ],
  [
    'get-utf8',
    {
      method: 'GET',
      url: '/\u1234',
      headers: suite,
      signature: '8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85',
    },
  ],
  [
    'post-vanilla',
    {
      method: 'POST',
      url: '/',
      headers: suite,
      signature: '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
    },
  ],
  [
    'post-x-www-form-urlencoded',
    {
      method: 'POST',
      url: '/',
      headers: { ...suite, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'Param1=value1',
      signature: 'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    },
  ],
])('verifies %s of the test suite', (_, example) => {
  const credential = 'AKIDEXAMPLE/20150830/us-east-1/service/aws4_request';
  const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
  const at = Date.UTC(2015, 7, 30, 12, 36);
  expect(judge(wire(example, credential), secret, at)).toBeUndefined();
  expect(judge(wire(example, credential, altered(example.signature)), secret, at)).toBe('wrong_signature');
});

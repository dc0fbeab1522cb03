import { describe, expect, it } from 'vitest';
import { unframe } from './aws-chunked.ts';

const framed = (text: string) => Buffer.from(text, 'latin1');

describe('aws-chunked framing', () => {
  it('takes chunk sizes, chunk signatures and trailers off', () => {
    const { body, trailers } = unframe(
      framed('4;chunk-signature=abc\r\nRoll\r\n4\r\ncall\r\n0\r\nX-Amz-Checksum-Crc32:AAAAAA==\r\n\r\n'),
      '8',
    );
    expect(body.toString()).toBe('Rollcall');
    expect(trailers).toEqual({ 'x-amz-checksum-crc32': 'AAAAAA==' });
  });

  it.each([
    ['a body that ends inside a chunk', '8\r\nRoll', undefined],
    ['a body without its last chunk', '4\r\nRoll\r\n', undefined],
    ['a chunk longer than it says', '3\r\nRoll\r\n0\r\n\r\n', undefined],
    ['a size that is no number', 'xyz\r\nRoll\r\n0\r\n\r\n', undefined],
    ['a body shorter than its decoded length', '4\r\nRoll\r\n0\r\n\r\n', '5'],
  ])('refuses %s', (_, text, decodedLength) => {
    expect(() => unframe(framed(text), decodedLength)).toThrow('not complete or not well formed');
  });
});

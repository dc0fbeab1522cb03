import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { ServiceError } from '../gateway/service.ts';

/** The CRC32 of an object as S3 writes it: big-endian, base64. */
export const crc32Of = (body: Buffer): string => {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return sum.toString('base64');
};

const computed: Readonly<Record<string, (body: Buffer) => string>> = {
  'content-md5': (body) => createHash('md5').update(body).digest('base64'),
  'x-amz-checksum-crc32': crc32Of,
  'x-amz-checksum-sha1': (body) => createHash('sha1').update(body).digest('base64'),
  'x-amz-checksum-sha256': (body) => createHash('sha256').update(body).digest('base64'),
};

/** Whether a header or trailer states a checksum of the body. */
export const isChecksum = (name: string): boolean =>
  name === 'content-md5' || /^x-amz-checksum-(?!mode$|algorithm$|type$)/.test(name);

/**
 * Holds a body to every checksum that came with it, in a header or in a trailer.
 * Throws BadDigest on a mismatch and NotImplemented, by name, for an algorithm that Node cannot compute.
 */
export const verifyChecksums = (body: Buffer, stated: Readonly<Record<string, string>>): void => {
  for (const [name, value] of Object.entries(stated)) {
    if (!isChecksum(name)) continue;
    const compute = computed[name];
    if (compute === undefined)
      throw new ServiceError('NotImplemented', `The local cloud cannot verify ${name}: use CRC32.`, 501);
    if (compute(body) !== value)
      throw new ServiceError(
        'BadDigest',
        `The ${name} you specified did not match the content received.`,
        400,
      );
  }
};

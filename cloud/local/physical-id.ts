import { createHash } from 'node:crypto';

/**
 * A name for a resource that AWS would have made up: the same for the same resource at every start,
 * so that what is on disk is found again. Lower-case letters and digits.
 */
export const physicalId = (
  declared: { readonly stackName: string; readonly logicalId: string },
  length: number,
): string =>
  BigInt(`0x${createHash('sha256').update(`${declared.stackName}/${declared.logicalId}`).digest('hex')}`)
    .toString(36)
    .padStart(49, '0')
    .slice(-length);

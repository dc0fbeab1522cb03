import { physicalId } from '../physical-id.ts';

/**
 * The name CloudFormation would make up for a resource that the template does not name: `Stack-LogicalId-SUFFIX`.
 * AWS's suffix is random; this one is derived, so that a second start finds the data of the first.
 * At most 64 characters (the shortest limit among the services here: IAM roles and Lambda functions).
 */
export const physicalName = (stackName: string, logicalId: string): string =>
  `${stackName.slice(0, 24)}-${logicalId.slice(0, 26)}-${suffix(stackName, logicalId).toUpperCase()}`;

/** As `physicalName`, in what S3 allows as a bucket name: lower case, digits and hyphens, at most 63 characters. */
export const physicalBucketName = (stackName: string, logicalId: string): string =>
  `${stackName.slice(0, 24)}-${logicalId.slice(0, 25)}-${suffix(stackName, logicalId)}`
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, '-')
    .replace(/^-+/, '');

/** Twelve letters and digits that depend on both names and on nothing else. */
const suffix = (stackName: string, logicalId: string): string => physicalId({ stackName, logicalId }, 12);

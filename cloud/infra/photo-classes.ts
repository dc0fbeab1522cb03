import type { RollcallConfig } from './configuration.ts';

/** A class of pictures: the prefix of its keys in the image bucket, and for how many days at most one of them is kept. */
type PhotoClass = { readonly prefix: PhotoPrefix; readonly atMostDays: number };

export type PhotoPrefix = 'check-in/' | 'unmatched/' | 'all/' | 'enrolment/';

/** Every class of pictures that the image bucket may hold. */
export const photoClasses = ({
  retention: { photos },
}: Pick<RollcallConfig, 'retention'>): readonly PhotoClass[] => [
  { prefix: 'check-in/', atMostDays: photos.checkInDays },
  { prefix: 'unmatched/', atMostDays: photos.unmatchedDays },
  { prefix: 'all/', atMostDays: photos.allDays },
  { prefix: 'enrolment/', atMostDays: photos.enrolmentDays },
];

/**
 * Days for an S3 expiry rule that keeps a picture no longer than `atMostDays`: S3 adds them to the time of the upload and rounds up to
 * the next midnight UTC (S3, "Lifecycle rules: based on an object's age"), which can be almost a day more.
 */
export const expiryDays = (atMostDays: number): number => atMostDays - 1;

import { RekognitionServiceException } from '@aws-sdk/client-rekognition';

const aboutThePicture = new Set([
  'InvalidParameterException',
  'InvalidImageFormatException',
  'ImageTooLargeException',
]);

/** Whether Rekognition refuses the picture itself, as opposed to the call: trying again is of no use. */
export const isAboutThePicture = (error: unknown): boolean =>
  error instanceof RekognitionServiceException && aboutThePicture.has(error.name);

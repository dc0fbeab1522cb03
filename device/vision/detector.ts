import type { Face, RgbImage } from './face.ts';

/** `face-api` is its TinyFaceDetector, `face-api-ssd` its SSD MobileNet v1. */
export type DetectorName = 'blazeface' | 'face-api' | 'face-api-ssd';

/** A loaded network that finds faces in a small picture. */
export interface Detector {
  /** Faces with at least `minScore` (0..1), best first, in pixels of the picture. One call at a time. */
  detect(picture: RgbImage, minScore: number): Face[] | Promise<Face[]>;
}

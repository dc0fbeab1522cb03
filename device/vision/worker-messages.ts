import type { Engine } from './engine.ts';
import type { Face, RgbImage } from './face.ts';

/** What the vision worker is started with. */
export type VisionWorkerData = Engine;

export type VisionRequest =
  | { readonly kind: 'detect'; readonly picture: RgbImage }
  | { readonly kind: 'confirm'; readonly crop: RgbImage }
  | { readonly kind: 'count-tensors' };

/** One reply per kind of request; coordinates are pixels of the picture that was sent. */
export type VisionReply =
  /** With the memory of the picture, which was moved here with the request. */
  | { readonly kind: 'faces'; readonly faces: readonly Face[]; readonly picture: ArrayBuffer }
  | { readonly kind: 'confirmed'; readonly score: number }
  | { readonly kind: 'tensors'; readonly count: number };

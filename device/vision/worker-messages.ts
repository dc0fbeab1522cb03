import type { Face, RgbImage } from './face.ts';
import type { Runtime, RuntimeSetting } from './tensorflow.ts';

/** What the vision worker is started with, and what it says when it is ready. */
export type VisionWorkerData = { readonly runtime: RuntimeSetting };
export type VisionWorkerReady = { readonly runtime: Runtime };

export type VisionRequest =
  | { readonly kind: 'detect'; readonly picture: RgbImage; readonly minScore: number }
  | { readonly kind: 'confirm'; readonly crop: RgbImage }
  | { readonly kind: 'count-tensors' };

/** One reply per kind of request; coordinates are pixels of the picture that was sent. */
export type VisionReply =
  | { readonly kind: 'faces'; readonly faces: readonly Face[] }
  | { readonly kind: 'confirmed'; readonly score: number }
  | { readonly kind: 'tensors'; readonly count: number };

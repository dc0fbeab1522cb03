/**
 * One picture of the camera stream.
 * `data` is planar YUV 4:2:0, full-range BT.601: width*height bytes of luma, then two quarter planes U and V.
 * `capturedAt` is epoch milliseconds of the wall clock, `monotonicMs` milliseconds since boot; both of the same instant.
 */
export type Frame = {
  readonly index: number;
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  readonly capturedAt: number;
  readonly monotonicMs: number;
  /**
   * The same picture at the camera's full size, where `data` is a reduced copy of it: decoded only when asked for, so ask only for
   * the frame that is worth it, and soon. Resolves with null when it is no longer kept. Absent when `data` is the full size.
   */
  readonly fullSize?: () => Promise<Frame | null>;
};

/** A source of frames. The iteration ends when `signal` aborts or the source is exhausted; it throws when the source breaks. */
export interface Camera {
  frames(signal: AbortSignal): AsyncIterable<Frame>;
}

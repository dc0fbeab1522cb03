import type { Frame } from '../camera/frame.ts';

/** A rectangle in pixels of the full-size frame, origin top left. May reach over the frame's edge. */
export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

export type Point = { readonly x: number; readonly y: number };

/** A face as the detector sees it. `score` is 0..1; keypoints are in pixels of the full-size frame. */
export type Face = {
  readonly box: Box;
  readonly score: number;
  readonly keypoints: {
    readonly rightEye: Point;
    readonly leftEye: Point;
    readonly nose: Point;
    readonly mouth: Point;
    readonly rightEar: Point;
    readonly leftEar: Point;
  };
};

/** An interleaved 8-bit RGB picture. */
export type RgbImage = { readonly width: number; readonly height: number; readonly data: Uint8Array };

/** Finds faces in frames and confirms a chosen crop; runs off the main thread. */
export interface FaceFinder {
  /** Faces of a frame, best score first. One call at a time; the caller drops frames while one is in flight. */
  detect(frame: Frame): Promise<readonly Face[]>;
  /** Looks at a crop again with the second model (face-api). `score` is 0 when it finds no face. */
  confirm(crop: RgbImage): Promise<{ readonly score: number }>;
  close(): Promise<void>;
}

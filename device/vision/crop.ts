import type { Frame } from '../camera/frame.ts';
import { clampBox } from './box.ts';
import type { Box, RgbImage } from './face.ts';
import { planesOf, writeRgb } from './yuv.ts';

/**
 * The part of a frame inside `box` at full resolution. What of the box reaches over the frame's edge is left away,
 * so the picture may be smaller than the box: `clampBox(box, frame)` says which part it is.
 */
export const cropRgb = (frame: Pick<Frame, 'width' | 'height' | 'data'>, box: Box): RgbImage => {
  const part = clampBox(box, frame);
  const planes = planesOf(frame.width, frame.height);
  const rgb = new Uint8ClampedArray(part.width * part.height * 3);
  let at = 0;
  for (let y = part.y; y < part.y + part.height; y++) {
    const chromaRow = (y >> 1) * planes.chromaWidth;
    for (let x = part.x; x < part.x + part.width; x++) {
      const chroma = chromaRow + (x >> 1);
      writeRgb(
        rgb,
        at,
        frame.data[y * frame.width + x] ?? 0,
        frame.data[planes.u + chroma] ?? 128,
        frame.data[planes.v + chroma] ?? 128,
      );
      at += 3;
    }
  }
  return { width: part.width, height: part.height, data: new Uint8Array(rgb.buffer) };
};

import type { Place } from './walk.ts';

/** A person to be drawn: luma, the two colour differences and opacity, one byte per pixel each, and where the face is in it. */
export type Sprite = {
  readonly width: number;
  readonly height: number;
  readonly faceWidth: number;
  readonly faceX: number;
  readonly faceY: number;
  readonly luma: Uint8Array;
  readonly blue: Uint8Array;
  readonly red: Uint8Array;
  readonly alpha: Uint8Array;
  /** Nothing goes on below it: a picture, not a person. */
  readonly endsBelow?: boolean;
};

/** A picture to draw on: planar YUV 4:2:0. */
export type Canvas = { readonly width: number; readonly height: number; readonly data: Uint8Array };

/** The sprite at half its size; colours weigh by opacity, so that the transparent surroundings do not bleed in. */
export const halveSprite = (sprite: Sprite): Sprite => {
  const width = sprite.width >> 1;
  const height = sprite.height >> 1;
  const plane = () => new Uint8Array(width * height);
  const half = { luma: plane(), blue: plane(), red: plane(), alpha: plane() };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const from = 2 * y * sprite.width + 2 * x;
      const block = [from, from + 1, from + sprite.width, from + sprite.width + 1];
      let opacity = 0;
      let luma = 0;
      let blue = 0;
      let red = 0;
      for (const source of block) {
        const weight = sprite.alpha[source] ?? 0;
        opacity += weight;
        luma += weight * (sprite.luma[source] ?? 0);
        blue += weight * (sprite.blue[source] ?? 0);
        red += weight * (sprite.red[source] ?? 0);
      }
      if (opacity === 0) continue;
      half.alpha[at] = opacity / 4;
      half.luma[at] = luma / opacity;
      half.blue[at] = blue / opacity;
      half.red[at] = red / opacity;
    }
  }
  const { faceWidth, faceX, faceY } = sprite;
  return { ...sprite, width, height, faceWidth: faceWidth / 2, faceX: faceX / 2, faceY: faceY / 2, ...half };
};

/** How tall a person is below the middle of the face, in face widths; below the photograph a plain coat goes on. */
const bodyReach = 8;

const mix = (below: number, above: number, opacity: number): number =>
  below + (((above - below) * opacity) >> 8);

/** Of falling sizes of one sprite the smallest that need not be enlarged for a face of this width. */
export const spriteFor = (sizes: readonly Sprite[], faceWidth: number): Sprite | undefined =>
  sizes.findLast((size) => size.faceWidth >= faceWidth) ?? sizes[0];

/** Draws a person at a place. Only the pixels of the person are touched. */
export const drawSprite = (canvas: Canvas, sprite: Sprite, place: Place): void => {
  const scale = place.faceWidth / sprite.faceWidth;
  const left = place.centreX - sprite.faceX * scale;
  const top = place.centreY - sprite.faceY * scale;
  const firstX = Math.max(0, Math.ceil(left));
  const endX = Math.min(canvas.width, Math.floor(left + (sprite.width - 1) * scale));
  const firstY = Math.max(0, Math.ceil(top));
  const bottom = sprite.endsBelow
    ? top + (sprite.height - 1) * scale
    : place.centreY + bodyReach * place.faceWidth;
  const endY = Math.min(canvas.height, Math.floor(bottom));
  const chromaWidth = canvas.width >> 1;
  const uPlane = canvas.width * canvas.height;
  const vPlane = uPlane + uPlane / 4;
  const opacityScale = 256 / 255;

  for (let y = firstY; y < endY; y++) {
    const exactRow = Math.min((y - top) / scale, sprite.height - 2);
    const row = Math.floor(exactRow);
    const lower = exactRow - row;
    const rowStart = row * sprite.width;
    const hasChroma = y % 2 === 0;
    for (let x = firstX; x < endX; x++) {
      const exactColumn = (x - left) / scale;
      const column = Math.floor(exactColumn);
      const at = rowStart + column;
      const opacity = Math.round((sprite.alpha[at] ?? 0) * place.opacity * opacityScale);
      if (opacity === 0) continue;
      const right = exactColumn - column;
      const upperLuma = (sprite.luma[at] ?? 0) * (1 - right) + (sprite.luma[at + 1] ?? 0) * right;
      const below = at + sprite.width;
      const lowerLuma = (sprite.luma[below] ?? 0) * (1 - right) + (sprite.luma[below + 1] ?? 0) * right;
      const pixel = y * canvas.width + x;
      canvas.data[pixel] = mix(canvas.data[pixel] ?? 0, upperLuma * (1 - lower) + lowerLuma * lower, opacity);
      if (!hasChroma || x % 2 !== 0) continue;
      const chroma = (y >> 1) * chromaWidth + (x >> 1);
      canvas.data[uPlane + chroma] = mix(
        canvas.data[uPlane + chroma] ?? 128,
        sprite.blue[at] ?? 128,
        opacity,
      );
      canvas.data[vPlane + chroma] = mix(canvas.data[vPlane + chroma] ?? 128, sprite.red[at] ?? 128, opacity);
    }
  }
};

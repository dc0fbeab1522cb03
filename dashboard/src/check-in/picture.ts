/** Longest side of a picture that is sent, in pixels: a face at arm's length stays some 300 wide. */
const longSidePx = 1280;
/** What a picture should not exceed; the API takes four times as much. */
const targetBytes = 1_000_000;
/** JPEG qualities to try, the best first; the last is sent whatever its size. */
const qualities = [0.9, 0.8, 0.7, 0.55, 0.4] as const;

export type Size = { readonly width: number; readonly height: number };

/** The size within the longest side that keeps the shape; never larger than the picture is. */
export const fitted = ({ width, height }: Size, longest = longSidePx): Size => {
  const scale = Math.min(1, longest / Math.max(width, height, 1));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
};

/** The best quality that is small enough, else the smallest. Throws what `encode` throws. */
export const smallEnough = async (
  encode: (quality: number) => Promise<Blob>,
  bytes = targetBytes,
): Promise<Blob> => {
  let picture: Blob | undefined;
  for (const quality of qualities) {
    picture = await encode(quality);
    if (picture.size <= bytes) break;
  }
  if (picture === undefined) throw new Error('there is no quality to try');
  return picture;
};

/** Draws a frame or picture on the canvas, so small that it can be sent. */
export const drawFitted = (canvas: HTMLCanvasElement, source: CanvasImageSource, size: Size): void => {
  const { width, height } = fitted(size);
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')?.drawImage(source, 0, 0, width, height);
};

/** What is on the canvas as a JPEG without any metadata: not when, where or with what it was taken. */
export const jpegOf = (canvas: HTMLCanvasElement): Promise<Blob> =>
  smallEnough(
    (quality) =>
      new Promise((resolve, reject) =>
        canvas.toBlob(
          (blob) => (blob === null ? reject(new Error('the canvas gave no picture')) : resolve(blob)),
          'image/jpeg',
          quality,
        ),
      ),
  );

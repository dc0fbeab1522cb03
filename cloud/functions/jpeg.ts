export type ImageSize = { readonly width: number; readonly height: number };

const startOfImage = 0xffd8;
/** Markers that begin a frame: SOF0..SOF15 without DHT (C4), JPG (C8) and DAC (CC). */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
/** Markers that stand alone, without a length: TEM, RST0..7, SOI. */
const isBare = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);

/**
 * Width and height in pixels from a JPEG's frame header, or null when the bytes are no JPEG that has one.
 * Walks the marker segments of ITU-T T.81, annex B, without decoding anything.
 */
export const readJpegSize = (bytes: Uint8Array): ImageSize | null => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < 4 || view.getUint16(0) !== startOfImage) return null;
  let offset = 2;
  while (offset + 4 <= view.byteLength) {
    if (view.getUint8(offset) !== 0xff) return null;
    const marker = view.getUint8(offset + 1);
    if (marker === 0xff) {
      offset += 1; // fill byte before a marker
    } else if (isBare(marker)) {
      offset += 2;
    } else if (isFrame(marker)) {
      if (offset + 9 > view.byteLength) return null;
      const height = view.getUint16(offset + 5);
      const width = view.getUint16(offset + 7);
      return width > 0 && height > 0 ? { width, height } : null;
    } else {
      offset += 2 + view.getUint16(offset + 2);
    }
  }
  return null;
};

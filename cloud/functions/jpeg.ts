export type ImageSize = { readonly width: number; readonly height: number };

const startOfImage = 0xffd8;
const endOfImage = 0xd9;
const startOfScan = 0xda;
/** Markers that begin a frame: SOF0..SOF15 without DHT (C4), JPG (C8) and DAC (CC). */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7;
/** Markers that stand alone, without a length: TEM, RST0..7, SOI. */
const isBare = (marker: number): boolean => marker === 0x01 || isRestart(marker) || marker === 0xd8;

/**
 * Width and height in pixels from a JPEG's frame header, or null when the bytes are no JPEG that has one.
 * Walks the marker segments of ITU-T T.81, annex B, without decoding anything.
 */
export const readJpegSize = (bytes: Uint8Array): ImageSize | null => {
  const view = viewOf(bytes);
  for (const { marker, offset } of segments(view)) {
    if (!isFrame(marker)) continue;
    if (offset + 9 > view.byteLength) return null;
    const height = view.getUint16(offset + 5);
    const width = view.getUint16(offset + 7);
    return width > 0 && height > 0 ? { width, height } : null;
  }
  return null;
};

/** Whether a JPEG reaches its end-of-image marker: one that was cut off on the way does not. */
export const isWholeJpeg = (bytes: Uint8Array): boolean => {
  for (const { marker } of segments(viewOf(bytes))) if (marker === endOfImage) return true;
  return false;
};

/**
 * The same picture without what was written beside it: where and with what it was taken, previews, further pictures behind its end.
 * Nothing is encoded anew. What decoders need stays: JFIF (APP0) and Adobe's colour transform (APP14). The orientation goes with the rest, so
 * that a picture whose pixels lie on their side is shown so.
 */
export const withoutMetadata = (bytes: Uint8Array): Uint8Array => {
  const found = [...segments(viewOf(bytes))];
  const kept = found.map(({ marker, offset }, n) => {
    const segment = bytes.subarray(offset, found[n + 1]?.offset ?? offset + 2);
    return isMetadata(marker, segment) ? segment.subarray(0, 0) : segment;
  });
  return Buffer.concat([bytes.subarray(0, 2), ...kept]);
};

const comment = 0xfe;
const isMetadata = (marker: number, segment: Uint8Array): boolean => {
  if (marker === comment) return true;
  if (marker < 0xe0 || marker > 0xef) return false;
  const name = Buffer.from(segment.subarray(4, 9)).toString('latin1');
  return !(marker === 0xe0 && name === 'JFIF\0') && !(marker === 0xee && name === 'Adobe');
};

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The marker segments of a JPEG with the offset of their first byte, up to the end of the image or of what makes sense. */
function* segments(view: DataView): Generator<{ readonly marker: number; readonly offset: number }> {
  if (view.byteLength < 4 || view.getUint16(0) !== startOfImage) return;
  let offset = 2;
  while (offset + 2 <= view.byteLength) {
    if (view.getUint8(offset) !== 0xff) return;
    const marker = view.getUint8(offset + 1);
    if (marker === 0xff) {
      offset += 1; // fill byte before a marker
      continue;
    }
    yield { marker, offset };
    if (marker === endOfImage) return;
    if (isBare(marker)) {
      offset += 2;
      continue;
    }
    if (offset + 4 > view.byteLength) return;
    offset += 2 + view.getUint16(offset + 2);
    if (marker === startOfScan) offset = endOfScan(view, offset);
  }
}

/** Where the compressed data of a scan ends: at the first marker in it; FF 00 is a data byte and a restart goes on. */
const endOfScan = (view: DataView, start: number): number => {
  let offset = start;
  for (; offset + 1 < view.byteLength; offset += 1) {
    if (view.getUint8(offset) !== 0xff) continue;
    const next = view.getUint8(offset + 1);
    if (next !== 0x00 && !isRestart(next)) return offset;
  }
  return view.byteLength;
};

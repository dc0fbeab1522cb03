import { planesOf } from '../vision/yuv.ts';
import type { Camera, Frame } from './frame.ts';
import { crossingsAt, type Polygon, sidesOf } from './polygon.ts';

type Size = { readonly width: number; readonly height: number };
/** Pixels of one row, `to` not included. */
type Span = { readonly from: number; readonly to: number };
type Row = readonly Span[];

/** No light and no colour in full-range YUV. */
const black = { luma: 0, chroma: 128 } as const;

/** Pixels of one row that the polygon touches, however little: what is to be hidden must not show at the edge. */
const rowOf = (polygon: Polygon, size: Size, y: number): Span[] => {
  const sides = sidesOf(polygon, size);
  const spans: Span[] = [];
  const add = (from: number, to: number) => {
    const [first, end] = [Math.max(0, Math.floor(from)), Math.min(size.width, Math.floor(to) + 1)];
    if (first < end) spans.push({ from: first, to: end });
  };
  // The sides' own way through the row …
  for (const { ax, ay, bx, by } of sides) {
    const [top, bottom] = [Math.max(y, Math.min(ay, by)), Math.min(y + 1, Math.max(ay, by))];
    if (top > bottom) continue;
    const xAt = (at: number) => (ay === by ? ax : ax + ((at - ay) / (by - ay)) * (bx - ax));
    const [one, other] = ay === by ? [ax, bx] : [xAt(top), xAt(bottom)];
    add(Math.min(one, other), Math.max(one, other));
  }
  // … and what lies between them.
  let winding = 0;
  let entered = 0;
  for (const { x, turn } of crossingsAt(sides, y + 0.5)) {
    if (winding === 0) entered = x;
    winding += turn;
    if (winding === 0) add(entered, x);
  }
  return spans;
};

/** Overlapping and touching spans become one. */
const merge = (spans: readonly Span[]): Row => {
  const merged: { from: number; to: number }[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
};

/** Colour cells that cover any of the rows' pixels. */
const chromaRow = (upper: Row, lower: Row): Row =>
  merge([...upper, ...lower].map(({ from, to }) => ({ from: from >> 1, to: ((to - 1) >> 1) + 1 })));

/** Runs of bytes in a frame of this size that the masks cover: pairs of first and end, luma and colour apart. */
const rasterise = (masks: readonly Polygon[], size: Size): { luma: Int32Array; chroma: Int32Array } => {
  const planes = planesOf(size.width, size.height);
  const rows = Array.from({ length: size.height }, (_, y) =>
    merge(masks.flatMap((polygon) => rowOf(polygon, size, y))),
  );
  const runs = (offset: number, stride: number, all: readonly Row[]): number[] =>
    all.flatMap((row, y) =>
      row.flatMap(({ from, to }) => [offset + y * stride + from, offset + y * stride + to]),
    );
  const cells = Array.from({ length: planes.chromaHeight }, (_, y) =>
    chromaRow(rows[2 * y] ?? [], rows[2 * y + 1] ?? []),
  );
  return {
    luma: Int32Array.from(runs(0, size.width, rows)),
    chroma: Int32Array.from([planes.u, planes.v].flatMap((plane) => runs(plane, planes.chromaWidth, cells))),
  };
};

const fillRuns = (data: Uint8Array, runs: Int32Array, value: number): void => {
  for (let at = 0; at < runs.length; at += 2) data.fill(value, runs[at], runs[at + 1]);
};

/** Makes what blackens the masks in a frame's own bytes. They are rasterised once per size of frame. */
export const makeMasking = (masks: readonly Polygon[]) => {
  const rasters = new Map<string, ReturnType<typeof rasterise>>();
  return ({ width, height, data }: Pick<Frame, 'width' | 'height' | 'data'>): void => {
    const key = `${width}x${height}`;
    const raster = rasters.get(key) ?? rasterise(masks, { width, height });
    rasters.set(key, raster);
    fillRuns(data, raster.luma, black.luma);
    fillRuns(data, raster.chroma, black.chroma);
  };
};

/**
 * A camera that does not see what the privacy masks cover: black in every frame before anybody gets it, also at full size.
 * The frames' own bytes are changed.
 */
export const maskedCamera = (camera: Camera, masks: readonly Polygon[]): Camera => {
  if (masks.length === 0) return camera;
  const mask = makeMasking(masks);
  return {
    async *frames(signal) {
      for await (const frame of camera.frames(signal)) {
        mask(frame);
        const { fullSize } = frame;
        if (!fullSize) yield frame;
        else {
          const maskedFullSize = async () => {
            const full = await fullSize();
            if (full) mask(full);
            return full;
          };
          yield { ...frame, fullSize: maskedFullSize };
        }
      }
    },
  };
};

import type { Box } from '../vision/face.ts';
import type { LumaImage } from '../vision/luma.ts';
import type { Frame } from './frame.ts';
import { isInside, type Polygon } from './polygon.ts';

/** The part of the picture in which the door looks for people. */
export interface Zone {
  /** Whether the middle of a box, in pixels of the frame, lies in the zone. That of a face at the frame's edge may lie beyond: the edge counts. */
  holds(box: Box, frame: Pick<Frame, 'width' | 'height'>): boolean;
  /** The pixels of a small luma picture that lie in the zone, as one row, for judging motion there alone. */
  pick(picture: LumaImage): LumaImage;
}

/** The zone of a door that looks at all of the picture. */
export const everywhere: Zone = { holds: () => true, pick: (picture) => picture };

/** Makes the zone that a polygon encloses. */
export const makeZone = (polygon: Polygon): Zone => {
  let size = '';
  let inside = new Uint32Array();

  return {
    holds: (box, { width, height }) =>
      isInside(
        polygon,
        withinPicture((box.x + box.width / 2) / width),
        withinPicture((box.y + box.height / 2) / height),
      ),
    pick: (picture) => {
      const key = `${picture.width}x${picture.height}`;
      if (key !== size) {
        inside = pixelsInside(polygon, picture);
        size = key;
      }
      const data = new Uint8Array(inside.length);
      inside.forEach((at, index) => {
        data[index] = picture.data[at] ?? 0;
      });
      return { width: data.length, height: 1, data };
    },
  };
};

/** A polygon's right and lower sides are not inside it, so the last that counts as the picture is a little less than 1. */
const withinPicture = (part: number): number => Math.min(1 - 1e-6, Math.max(0, part));

/** Positions of the pixels whose middle lies inside; of the whole picture when the polygon is too small to hold one. */
const pixelsInside = (polygon: Polygon, { width, height }: LumaImage): Uint32Array<ArrayBuffer> => {
  const all = Array.from({ length: width * height }, (_, at) => at);
  const found = all.filter((at) =>
    isInside(polygon, ((at % width) + 0.5) / width, (Math.floor(at / width) + 0.5) / height),
  );
  return Uint32Array.from(found.length > 0 ? found : all);
};

import type { Frame } from '../camera/frame.ts';
import type { Log } from '../log.ts';
import { planesOf } from '../vision/yuv.ts';

/** How often a camera is asked how large its full-size pictures are, before it is taken to have none. */
const maxTries = 10;
/** How far the shapes of the two pictures may differ: what rounding to even sides explains. */
const maxShapeDifference = 0.03;

/**
 * Makes the part that gets the full-size picture behind a reduced frame, decoding each frame's once at the most. A picture that is
 * no longer kept, cannot be decoded or has another shape is done without: the reduced frame then stands for it.
 */
export const makeFullSizes = ({ log }: { readonly log: Log }) => {
  let scale: number | null = null;
  let tries = 0;
  let last: { readonly of: Frame; readonly full: Promise<Frame> } | undefined;

  const decode = async (frame: Frame): Promise<Frame> => {
    try {
      const full = await frame.fullSize?.();
      if (!full) return frame;
      if (!isWhole(full) || !isSameShape(frame, full)) throw new Error('it does not fit the reduced one');
      scale = full.width / frame.width;
      return full;
    } catch (error) {
      log.event('camera.full_size_failed', { frame: frame.index, error: String(error) });
      return frame;
    }
  };

  /** The full-size picture of a frame, or the frame itself. */
  const fullSizeOf = (frame: Frame): Promise<Frame> => {
    if (!frame.fullSize) return Promise.resolve(frame);
    if (last?.of !== frame) last = { of: frame, full: decode(frame) };
    return last.full;
  };

  return {
    fullSizeOf,
    /** How many times wider the full-size picture is. Asks the camera only while that is not known. */
    scaleOf: async (frame: Frame): Promise<number> => {
      if (!frame.fullSize) return 1;
      if (scale === null && tries < maxTries) {
        tries += 1;
        await fullSizeOf(frame);
      }
      return scale ?? 1;
    },
  };
};

const isWhole = ({ width, height, data }: Frame): boolean => {
  const { v, chromaWidth, chromaHeight } = planesOf(width, height);
  return width > 0 && height > 0 && data.length >= v + chromaWidth * chromaHeight;
};

const isSameShape = (reduced: Frame, full: Frame): boolean =>
  full.width >= reduced.width &&
  Math.abs((full.width * reduced.height) / (full.height * reduced.width) - 1) < maxShapeDifference;

import type { Frame } from '../camera/frame.ts';
import type { Log } from '../log.ts';
import { growBox } from '../vision/box.ts';
import { cropRgb } from '../vision/crop.ts';
import type { Face, RgbImage } from '../vision/face.ts';
import { scoreFloors } from '../vision/score-floors.ts';
import type { LivenessCheck } from './liveness.ts';
import { judgeMovement, measureMovement, type Shape } from './movement.ts';

/** Finds the landmarks of the one face in a picture. */
export interface Landmarker {
  /** 68 points in pixels of the picture, in the order of Sagonas et al., "300 faces in-the-wild", 2013. */
  find(face: RgbImage): Promise<Shape>;
  close(): Promise<void>;
}

const sightSettings = {
  /** Landmarks of smaller or doubtful faces are unsteadier than what they are to show: no face below `scoreFloors.publish`. */
  minWidthPx: 56,
  /** A head needs time to turn, and landmarks cost time to find. */
  everyMs: 150,
  most: 12,
  /** Space around the face, in face sizes, that the landmark model likes. */
  margin: 0.15,
} as const;

type Sights = { lastMs: number; readonly shapes: Promise<Shape | null>[] };

/** Makes the check: landmarks of each face now and then, and what their movement tells. Without an answer, nothing is suspicious. */
export const makeLivenessCheck = ({
  landmarker,
  log,
}: {
  readonly landmarker: Landmarker;
  readonly log: Log;
}): LivenessCheck => {
  const passages = new Map<string, Sights>();
  let closing = false;

  const find = async (face: RgbImage, passageId: string): Promise<Shape | null> => {
    try {
      return await landmarker.find(face);
    } catch (error) {
      if (!closing) log.event('liveness.failed', { passageId, error: String(error) });
      return null;
    }
  };

  const isWorthASight = (frame: Frame, face: Face, sights: Sights | undefined): boolean =>
    face.box.width >= sightSettings.minWidthPx &&
    face.score >= scoreFloors.publish &&
    (!sights ||
      (sights.shapes.length < sightSettings.most &&
        frame.monotonicMs - sights.lastMs >= sightSettings.everyMs));

  return {
    watch: (passageId, frame, face) => {
      const before = passages.get(passageId);
      if (!isWorthASight(frame, face, before)) return;
      const sights = before ?? { lastMs: 0, shapes: [] };
      passages.set(passageId, sights);
      sights.lastMs = frame.monotonicMs;
      sights.shapes.push(find(cropRgb(frame, growBox(face.box, sightSettings.margin)), passageId));
    },
    judge: async (passageId) => {
      const shapes = await Promise.all(passages.get(passageId)?.shapes ?? []);
      const movement = measureMovement(shapes.filter((shape) => shape !== null));
      return movement && judgeMovement(movement);
    },
    forget: (passageId) => void passages.delete(passageId),
    close: () => {
      closing = true;
      return landmarker.close();
    },
  };
};

import type { Sighting } from '#contract/sighting.ts';
import type { Frame } from '../camera/frame.ts';
import type { Face } from '../vision/face.ts';

/** How alive a passage's face looked: `score` 0 like a flat picture, 0.5 no telling, 1 like a head; null when it was not measured. */
export type Liveness = Sighting['liveness'];

/**
 * Looks for signs that a face is a picture held before the camera. A deterrent against the simplest trick, never proof of life:
 * docs/liveness.md says what it misses.
 */
export interface LivenessCheck {
  /** Takes in one sight of a passage's face. Never waits and never fails. */
  watch(passageId: string, frame: Frame, face: Face): void;
  /** What the sights so far tell. */
  judge(passageId: string): Promise<Liveness>;
  /** Drops what is known of a passage. */
  forget(passageId: string): void;
  close(): Promise<void>;
}

/** The check of a door that is set to have none. */
export const noLivenessCheck: LivenessCheck = {
  watch: () => undefined,
  judge: async () => null,
  forget: () => undefined,
  close: async () => undefined,
};

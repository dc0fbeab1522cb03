import { z } from 'zod';

/** How the replay camera plays: still photographs as people in a corridor. */
export const ReplayConfig = z.strictObject({
  kind: z.literal('replay'),
  fps: z.number().min(1).max(30).default(10),
  width: z.int().min(320).max(3840).multipleOf(2).default(1280),
  height: z.int().min(180).max(2160).multipleOf(2).default(720),
  /** The same seed plays the same film, byte for byte. */
  seed: z.int().nonnegative().default(1),
  /** Ids of the sample faces that walk; all usable ones when left out. */
  people: z.array(z.string()).min(1).optional(),
  /** true: one frame when its time has come, as a camera does; false: as fast as they are read. */
  realtime: z.boolean().default(true),
  /** The film ends after this many passages; endless when left out. */
  passages: z.int().nonnegative().optional(),
  /** Average length of the empty stretch before each person or group, in seconds. */
  pauseSeconds: z.number().min(0).max(3600).default(4),
  /** How often two or three people come side by side, 0..1. */
  together: z.number().min(0).max(1).default(0.25),
});
export type ReplayConfig = z.infer<typeof ReplayConfig>;

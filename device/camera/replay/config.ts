import { z } from 'zod';
import { scenes } from './scenes.ts';

export const sceneNames = ['corridor', ...(Object.keys(scenes) as (keyof typeof scenes)[])] as const;

/** How the replay camera plays: still photographs as people in a corridor. */
export const ReplayConfig = z.strictObject({
  kind: z.literal('replay').describe('the sample photographs inside face-api, as people in a corridor'),
  scene: z
    .enum(sceneNames)
    .default('corridor')
    .describe(
      'what happens: people alone and side by side in a corridor, or a film that makes one thing hard',
    ),
  fps: z.number().min(1).max(30).default(10).describe('frames per second'),
  width: z.int().min(320).max(3840).multipleOf(2).default(1280).describe('width of a frame in pixels, even'),
  height: z.int().min(180).max(2160).multipleOf(2).default(720).describe('height of a frame in pixels, even'),
  seed: z.int().nonnegative().default(1).describe('the same seed plays the same film, byte for byte'),
  people: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('ids of the sample faces that walk; all usable ones when left out'),
  realtime: z
    .boolean()
    .default(true)
    .describe('`true`: a frame when its time has come, as a camera does; `false`: as fast as they are read'),
  passages: z
    .int()
    .nonnegative()
    .optional()
    .describe('the film ends after so many passages; endless when left out'),
  pauseSeconds: z
    .number()
    .min(0)
    .max(3600)
    .default(4)
    .describe('average length of the empty stretch before each person or group'),
  together: z
    .number()
    .min(0)
    .max(1)
    .default(0.25)
    .describe('how often two or three people come side by side in the corridor: 0 never, 1 always'),
});
export type ReplayConfig = z.infer<typeof ReplayConfig>;

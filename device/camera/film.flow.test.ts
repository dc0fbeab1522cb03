import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { v7 as newPassageId } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeManualClock, systemClock } from '../clock.ts';
import { makeMemoryLog } from '../log.ts';
import type { NewEntry } from '../outbox/outbox.ts';
import { runPipeline } from '../pipeline.ts';
import type { FaceFinder } from '../vision/face.ts';
import { makeFaceFinder } from '../vision/face-finder.ts';
import { FileConfig } from './config.ts';
import { makeDoorCamera } from './make-camera.ts';
import type { Polygon } from './polygon.ts';
import { ReplayConfig } from './replay/config.ts';
import { makeReplayCamera } from './replay/replay-camera.ts';
import { makeFilmFolder } from './test-films.ts';

let films: Awaited<ReturnType<typeof makeFilmFolder>>;
let finder: FaceFinder;
let film: string;

/** Films the sample photographs walking up a corridor, as H.264 in limited range like any camera's recording. */
const recordCorridor = async (path: string): Promise<void> => {
  const config = ReplayConfig.parse({
    kind: 'replay',
    realtime: false,
    seed: 2,
    passages: 2,
    together: 0,
    pauseSeconds: 1,
    people: ['s6-1', 's5-1'],
  });
  const recorder = spawn(
    'ffmpeg',
    [
      ...[
        '-nostdin',
        '-v',
        'error',
        '-f',
        'rawvideo',
        '-pix_fmt',
        'yuvj420p',
        '-s',
        '1280x720',
        '-r',
        '10',
        '-i',
        '-',
      ],
      ...[
        '-vf',
        'scale=out_range=tv,format=yuv420p',
        '-c:v',
        'libx264',
        '-preset',
        'ultrafast',
        '-crf',
        '18',
        path,
      ],
    ],
    { stdio: ['pipe', 'ignore', 'inherit'] },
  );
  const ended = once(recorder, 'exit');
  for await (const { data } of makeReplayCamera(config, makeManualClock()).frames(
    new AbortController().signal,
  )) {
    if (!recorder.stdin.write(data)) await once(recorder.stdin, 'drain');
  }
  recorder.stdin.end();
  expect(await ended).toEqual([0, null]);
};

beforeAll(async () => {
  films = await makeFilmFolder();
  film = films.at('corridor.mp4');
  const recording = recordCorridor(film);
  finder = await makeFaceFinder({ detector: 'blazeface', runtime: 'wasm' });
  await recording;
});
afterAll(() => Promise.all([finder.close(), films.remove()]));

/** Plays the film through the whole eyes of a door. */
const watch = async (masks: readonly Polygon[] = []): Promise<NewEntry[]> => {
  const entries: NewEntry[] = [];
  const log = makeMemoryLog();
  const config = FileConfig.parse({ kind: 'file', path: film, realtime: false });
  const how = await runPipeline(
    {
      camera: makeDoorCamera(config, masks, { clock: systemClock, log, random: Math.random }),
      finder,
      outbox: { add: async (entry) => entries.push(entry) - 1 },
      log,
      doorTime: { bootId: '0c9f1b5e-3a7d-4e21-8b6c-2f1d3e4a5b6c', clockState: () => 'synced' },
      newPassageId,
    },
    new AbortController().signal,
  );
  expect(how).toBe('ended');
  return entries;
};

it('sends one picture of each who passes in a video file, and none of those behind a mask', async () => {
  expect((await watch()).map(({ kind }) => kind)).toEqual(['sighting', 'sighting']);
  const everything: Polygon = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ];
  expect(await watch([everything])).toEqual([]);
});

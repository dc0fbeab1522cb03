import sharp from 'sharp';
import { v7 as newPassageId } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { maxCropBytes, minCropSidePx, Sighting } from '#contract/sighting.ts';
import { ReplayConfig } from './camera/replay/config.ts';
import { makeReplayCamera } from './camera/replay/replay-camera.ts';
import { replayScript } from './camera/replay/truth.ts';
import { makeManualClock } from './clock.ts';
import { makeMemoryLog } from './log.ts';
import type { NewEntry } from './outbox/outbox.ts';
import { runPipeline } from './pipeline.ts';
import type { FaceFinder } from './vision/face.ts';
import { makeFaceFinder } from './vision/face-finder.ts';

const startedMs = 5000;

let finder: FaceFinder;
beforeAll(async () => {
  finder = await makeFaceFinder({ runtime: 'wasm' });
});
afterAll(() => finder.close());

/** Plays a film through the real eyes and returns what they put into the outbox. */
const watch = async (config: ReplayConfig): Promise<NewEntry[]> => {
  const entries: NewEntry[] = [];
  const clock = makeManualClock({ now: 1_700_000_000_000, monotonicMs: startedMs });
  const log = makeMemoryLog();
  await runPipeline(
    {
      camera: makeReplayCamera(config, clock),
      finder,
      outbox: { add: async (entry) => entries.push(entry) - 1 },
      log,
      doorTime: { bootId: '0c9f1b5e-3a7d-4e21-8b6c-2f1d3e4a5b6c', clockState: () => 'synced' },
      newPassageId,
    },
    new AbortController().signal,
  );
  expect(log.lines.filter((line) => line.event.endsWith('failed'))).toEqual([]);
  return entries;
};

const configOf = (changes: Partial<ReplayConfig>): ReplayConfig =>
  ReplayConfig.parse({ kind: 'replay', realtime: false, pauseSeconds: 2, ...changes });

it('turns each passage into one sighting, alone and side by side', async () => {
  const config = configOf({
    seed: 2,
    passages: 6,
    together: 0.5,
    people: ['s6-1', 's6-4', 's3-2', 's3-3', 's5-1', 's4-2'],
  });
  const script = replayScript(config);
  expect(script.some((one, n) => n > 0 && one.fromMs < (script[n - 1]?.toMs ?? 0))).toBe(true);
  const entries = await watch(config);

  expect(entries.map((entry) => entry.kind)).toEqual(script.map(() => 'sighting'));
  expect(new Set(entries.map((entry) => entry.facts.passageId)).size).toBe(script.length);
  // Each sighting's time lies in one passage's, and there are as many as people there were.
  for (const one of script) {
    const together = script.filter((other) => other.fromMs < one.toMs && one.fromMs < other.toMs);
    const from = startedMs + Math.min(...together.map((passage) => passage.fromMs));
    const to = startedMs + Math.max(...together.map((passage) => passage.toMs));
    const seen = entries.filter(({ facts }) => facts.monotonicMs >= from && facts.monotonicMs <= to);
    expect(seen).toHaveLength(together.length);
  }
  for (const [seq, entry] of entries.entries()) {
    if (entry.kind !== 'sighting') continue;
    expect(Sighting.parse({ ...entry.facts, seq }).quality.size).toBeGreaterThan(60);
    const { width, height } = await sharp(entry.jpeg).metadata();
    expect(entry.jpeg.length).toBeLessThanOrEqual(maxCropBytes);
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(minCropSidePx);
  }
});

it('sees nobody in an empty corridor', async () => {
  expect(await watch(configOf({ passages: 0, pauseSeconds: 20 }))).toEqual([]);
});

it('searches for no one who shows only the profile', async () => {
  const entries = await watch(configOf({ passages: 1, people: ['s2-1'] }));
  expect(entries.filter((entry) => entry.kind === 'sighting')).toEqual([]);
});

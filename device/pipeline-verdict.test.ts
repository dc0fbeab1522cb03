import { expect, it } from 'vitest';
import type { Outcome } from '#contract/outcome.ts';
import { createTestFace, createTestFrame, sharpPattern } from './best-shot/test-frames.ts';
import { makeVerdictBox } from './best-shot/verdicts.ts';
import { makeMemoryLog } from './log.ts';
import type { NewEntry } from './outbox/outbox.ts';
import { runPipeline } from './pipeline.ts';

const passageId = '01932f6e-8f2a-7c31-9d4e-5a6b7c8d9e0f';

const busy = createTestFrame(sharpPattern);
const empty = createTestFrame(() => 100);

/**
 * Somebody who stands far away for six seconds, comes near, and leaves; then nothing moves until their passage is over. The cloud answers each
 * sighting with `outcome`, `answerFrames` frames later.
 */
const pass = async (outcome: Outcome, { isOnline = true, answerFrames = 10 } = {}) => {
  const entries: NewEntry[] = [];
  const verdicts = makeVerdictBox({ isOnline: () => isOnline });
  const due: { readonly atFrame: number; readonly attempt: 1 | 2 }[] = [];
  let now = 0;
  await runPipeline(
    {
      camera: {
        async *frames() {
          for (let index = 0; index < 300; index++) {
            now = index;
            for (const { attempt } of due.filter(({ atFrame }) => atFrame === index)) {
              verdicts.put({ v: 1, passageId, attempt, outcome });
            }
            const time = { capturedAt: 1_700_000_000_000 + 100 * index, monotonicMs: 100 * index };
            yield { ...(index < 80 ? busy : empty), ...time, index };
          }
        },
      },
      finder: {
        detect: async ({ index }) => {
          if (index >= 75) return [];
          return [createTestFace(320 - 4 * Math.min(index, 20), 180, { width: index < 60 ? 52 : 120 })];
        },
        confirm: async () => ({ score: 0.9 }),
        close: async () => undefined,
      },
      outbox: {
        add: async (entry) => {
          if (entry.kind === 'sighting')
            due.push({ atFrame: now + answerFrames, attempt: entry.facts.attempt });
          return entries.push(entry);
        },
      },
      log: makeMemoryLog(),
      doorTime: { bootId: '0c9f1b5e-3a7d-4e21-8b6c-2f1d3e4a5b6c', clockState: () => 'synced' },
      newPassageId: () => passageId,
      verdicts,
    },
    new AbortController().signal,
  );
  return entries.map((entry) => (entry.kind === 'sighting' ? entry.facts.attempt : entry.facts.reason));
};

it.each(['unknown', 'ambiguous'] as const)('tries once more when the cloud answers %s', async (outcome) => {
  expect(await pass(outcome)).toEqual([1, 2]);
});

it('tries once more when the answer comes after the person has left', async () => {
  expect(await pass('unknown', { answerFrames: 45 })).toEqual([1, 2]);
});

it.each(['matched', 'error', 'no_usable_face'] as const)(
  'leaves it at one when it answers %s',
  async (outcome) => {
    expect(await pass(outcome)).toEqual([1]);
  },
);

it('leaves it at one when the answer comes too late, never, or the door is offline', async () => {
  expect(await pass('unknown', { answerFrames: 200 })).toEqual([1]);
  expect(await pass('unknown', { answerFrames: 1000 })).toEqual([1]);
  expect(await pass('unknown', { isOnline: false })).toEqual([1]);
});

import { describe, expect, it } from 'vitest';
import { makeManualClock } from '../clock.ts';
import { makeMemoryLog } from '../log.ts';
import { degradations, type HealthFacts, makeHealth } from './health.ts';

const now = { wallMs: 1_000_000_000, monotonicMs: 100_000 };
const well: HealthFacts = {
  outbox: {
    depth: 3,
    bytes: 9,
    oldestAddedAt: now.wallMs - 60_000,
    lowestUndelivered: 4,
    corrupt: 0,
    failure: null,
  },
  delivery: { delivered: 3, parked: 0, trouble: null },
  connection: 'online',
  lastFrameAt: now.monotonicMs - 100,
  cameraEnded: false,
  cameraTrouble: null,
};

describe('a door is well', () => {
  it.each<[string, Partial<HealthFacts>]>([
    ['with pictures on their way', {}],
    ['offline', { connection: 'offline', delivery: { ...well.delivery, trouble: 'AWS_IO_SOCKET_CLOSED' } }],
    ['after the film has ended', { lastFrameAt: 0, cameraEnded: true }],
  ])('%s', (_, facts) => {
    expect(degradations({ ...well, ...facts }, now)).toEqual([]);
  });
});

describe('somebody should look at a door', () => {
  it.each<[string, Partial<HealthFacts>]>([
    ['outbox_disk', { outbox: { ...well.outbox, failure: 'disk' } }],
    ['outbox_full', { outbox: { ...well.outbox, failure: 'full' } }],
    ['outbox_corrupt', { outbox: { ...well.outbox, corrupt: 1 } }],
    ['outbox_old', { outbox: { ...well.outbox, oldestAddedAt: now.wallMs - 8 * 86_400_000 } }],
    ['entries_refused', { delivery: { ...well.delivery, parked: 1 } }],
    ['delivery_reason_code_135', { delivery: { ...well.delivery, trouble: 'reason_code_135' } }],
    ['identity_in_use_elsewhere', { connection: 'taken_over' }],
    ['no_frames', { lastFrameAt: now.monotonicMs - 21_000 }],
    ['no_frames', { lastFrameAt: null }],
    ['camera_stalled', { lastFrameAt: now.monotonicMs - 5_000, cameraTrouble: 'stalled' }],
    ['camera_no_device', { lastFrameAt: null, cameraTrouble: 'no_device' }],
  ])('for %s', (reason, facts) => {
    expect(degradations({ ...well, ...facts }, now)).toEqual([reason]);
  });
});

it('writes one health event per period until it is stopped', async () => {
  const clock = makeManualClock({ now: now.wallMs, monotonicMs: now.monotonicMs });
  const log = makeMemoryLog();
  const stop = new AbortController();
  const health = makeHealth({
    facts: () => well,
    counters: () => ({ frames: 7 }),
    clock,
    log,
    everySeconds: 60,
  });
  const running = health.run(stop.signal);
  await clock.advance(59_999);
  expect(log.lines).toEqual([]);
  await clock.advance(120_001);
  expect(log.lines).toHaveLength(3);
  expect(log.lines[0]).toMatchObject({
    event: 'health',
    fields: {
      state: 'degraded',
      reasons: 'no_frames',
      outboxDepth: 3,
      outboxOldestAgeMs: 120_000,
      frames: 7,
    },
  });
  stop.abort();
  await running;
});

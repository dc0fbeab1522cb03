import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ManualClock, makeManualClock } from '../clock.ts';
import { makeMemoryLog } from '../log.ts';
import { decide, makeDelivery } from './deliver.ts';
import { nodeDisk } from './disk.ts';
import type { StoredEntry } from './entry-file.ts';
import { exampleSighting } from './examples.ts';
import { type FileOutbox, openFileOutbox } from './file-outbox.ts';
import type { PublishResult } from './publisher.ts';

const puback = (reasonCode: number): PublishResult => ({ kind: 'puback', reasonCode });
const offline: PublishResult = { kind: 'failed', why: 'offline', never: false };

let folder: string;
let clock: ManualClock;
let log: ReturnType<typeof makeMemoryLog>;
let outbox: FileOutbox;
let stop: AbortController;
let running: Promise<void>;
let sent: StoredEntry[];

const openOutbox = () => openFileOutbox({ folder, maxBytes: 1e9, disk: nodeDisk, clock, log });

/** Starts delivery against a broker that answers as told; after the last answer it accepts everything. */
const start = (answers: (PublishResult | ((entry: StoredEntry) => PublishResult))[] = [], rate = 1_000) => {
  const delivery = makeDelivery({
    outbox,
    clock,
    log,
    eventsPerSecond: rate,
    burst: rate,
    random: () => 1,
    publisher: {
      ready: async () => undefined,
      publish: async (entry) => {
        sent.push(entry);
        const answer = answers.shift() ?? puback(0);
        return typeof answer === 'function' ? answer(entry) : answer;
      },
    },
  });
  running = delivery.run(stop.signal);
  return delivery;
};
const sentNumbers = () => sent.map((entry) => entry.seq);

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rollcall-deliver-'));
  clock = makeManualClock();
  log = makeMemoryLog();
  outbox = await openOutbox();
  stop = new AbortController();
  running = Promise.resolve();
  sent = [];
});
afterEach(async () => {
  stop.abort();
  await running;
  await rm(folder, { recursive: true });
});

describe('delivery', () => {
  it('deletes an entry when the broker says it has it, in the order they were taken', async () => {
    for (const tag of ['a', 'b', 'c']) await outbox.add(exampleSighting(tag));
    const delivery = start();
    await vi.waitFor(() => expect(outbox.pending()).toEqual([]));
    expect(sentNumbers()).toEqual([1, 2, 3]);
    expect(delivery.stats()).toEqual({ delivered: 3, parked: 0, trouble: null });
  });

  it('sends what is added while it waits', async () => {
    start();
    await outbox.add(exampleSighting());
    await vi.waitFor(() => expect(outbox.pending()).toEqual([]));
  });

  it.each([
    ['not authorised', 135],
    ['quota exceeded', 151],
    ['unspecified error', 128],
    ['nobody takes these messages', 16],
  ])('keeps the entry and everything behind it when the broker answers %s', async (_, reasonCode) => {
    await outbox.add(exampleSighting('a'));
    await outbox.add(exampleSighting('b'));
    const delivery = start([puback(reasonCode)]);
    await vi.waitFor(() => expect(clock.sleepers()).toHaveLength(1));
    expect(outbox.pending()).toEqual([1, 2]);
    expect(delivery.stats().trouble).toBe(`reason_code_${reasonCode}`);

    await clock.advance(900_000);
    await vi.waitFor(() => expect(outbox.pending()).toEqual([]));
    expect(sentNumbers()).toEqual([1, 1, 2]);
    expect(delivery.stats().trouble).toBeNull();
  });

  it.each([149, 153])(
    'sets an entry aside that the cloud never takes (%i) and sends the others',
    async (reasonCode) => {
      for (const tag of ['a', 'b', 'c']) await outbox.add(exampleSighting(tag));
      const delivery = start([puback(reasonCode)]);
      await vi.waitFor(() => expect(outbox.pending()).toEqual([1]));
      expect(sentNumbers()).toEqual([1, 2, 3]);
      expect(delivery.stats()).toMatchObject({ delivered: 2, parked: 1 });
      expect(log.lines.find((line) => line.event === 'delivery.refused')?.fields).toMatchObject({ seq: 1 });

      await vi.waitFor(() => expect(clock.sleepers()).toHaveLength(1));
      await clock.advance(3_600_000);
      await vi.waitFor(() => expect(outbox.pending()).toEqual([]));
    },
  );

  it('waits longer after every failure, up to a bound, and resends the same bytes', async () => {
    await outbox.add(exampleSighting('a'));
    start(Array.from({ length: 8 }, () => offline));
    for (const waitMs of [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]) {
      await vi.waitFor(() => expect(clock.sleepers()).toEqual([waitMs]));
      await clock.advance(waitMs);
    }
    await vi.waitFor(() => expect(outbox.pending()).toEqual([]));
    expect(sent).toHaveLength(9);
    expect(new Set(sent.map((entry) => entry.facts)).size).toBe(1);
  });

  it('sends the same bytes again when the door dies between the answer and the deletion', async () => {
    await outbox.add(exampleSighting('a'));
    const dying = { ...outbox, remove: () => Promise.reject(new Error('the process is gone')) };
    const alive = outbox;
    outbox = dying;
    start();
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    await vi.waitFor(() => expect(clock.sleepers()).toHaveLength(1));
    stop.abort();
    await running;
    expect(alive.pending()).toEqual([1]);

    stop = new AbortController();
    outbox = await openOutbox();
    start();
    await vi.waitFor(() => expect(outbox.pending()).toEqual([]));
    expect(sent[1]).toEqual(sent[0]);
  });

  it('goes past an entry whose file is damaged', async () => {
    for (const tag of ['a', 'b']) await outbox.add(exampleSighting(tag));
    await rm(path.join(folder, 'new/000000000001.entry'));
    start();
    await vi.waitFor(() => expect(outbox.pending()).toEqual([]));
    expect(sentNumbers()).toEqual([2]);
  });

  it('sends a burst at once and the rest at its rate', async () => {
    for (const tag of ['a', 'b', 'c', 'd']) await outbox.add(exampleSighting(tag));
    start([], 2);
    await vi.waitFor(() => expect(clock.sleepers()).toEqual([500]));
    expect(sentNumbers()).toEqual([1, 2]);
    await clock.advance(500);
    await vi.waitFor(() => expect(sentNumbers()).toEqual([1, 2, 3]));
  });

  it('stops while it waits', async () => {
    await outbox.add(exampleSighting());
    start([offline]);
    await vi.waitFor(() => expect(clock.sleepers()).toHaveLength(1));
    stop.abort();
    await expect(running).resolves.toBeUndefined();
    expect(outbox.pending()).toEqual([1]);
  });
});

it('forgets an entry for one answer of all 256 only', () => {
  const forgotten = Array.from({ length: 256 }, (_, code) => code).filter(
    (code) => decide(puback(code)) === 'forget',
  );
  expect(forgotten).toEqual([0]);
});

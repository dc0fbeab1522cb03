import { beforeAll, describe, expect, it } from 'vitest';
import { assemblyDir } from '../../../../scripts/assembly.ts';
import { arrivals, poison } from './arrivals.ts';
import { type DeliverySettings, readDeliverySettings } from './delivery-settings.ts';
import { mostInASecond } from './rekognition-double.ts';
import { broken, simulate } from './simulation.ts';

const fromMs = Date.parse('2026-11-23T07:58:00.000Z');
const minuteMs = 60_000;
const doors = 10;
const quota = 5;

let settings: DeliverySettings;
beforeAll(() => {
  settings = readDeliverySettings(assemblyDir);
});

/** Sixty people a minute at each of ten doors, for a minute: twice what the quota allows in that time. */
const rush = arrivals({ count: 600, doors, perMinute: 600, fromMs });
/** Sixty people a minute at ten doors together, for the ten minutes of the outage. */
const outageMinutes = 10;
const through = arrivals({ count: 60 * outageMinutes, doors, perMinute: 60, fromMs });
const outage = { perSecond: quota, down: { fromMs, toMs: fromMs + outageMinutes * minuteMs } };

describe('a rush of 600 people within a minute, at a quota of five searches a second', () => {
  it('loses nobody, searches no faster than the quota, and leaves nothing in the dead-letter queue', async () => {
    const result = await simulate({ settings, arriving: rush, doors, trouble: { perSecond: quota } });
    expect(broken(result)).toEqual([]);
    expect(result.calls.throttled).toBeGreaterThan(0);
    expect(result.calls.answered).toHaveLength(600);
    // A token bucket gives what it has saved up besides what it gains.
    expect(mostInASecond(result.calls.answered)).toBeLessThanOrEqual(2 * quota);
    expect(result.lastVerdictSeconds).toBeGreaterThan(600 / quota - 1 - quota);
  });
});

describe('ten minutes in which every search fails, with people arriving all the time', () => {
  it('lose nobody: what was tried in vain comes back from the queue', async () => {
    const result = await simulate({ settings, arriving: through, doors, trouble: outage });
    expect(broken(result)).toEqual([]);
    expect(result.calls.failed).toBeGreaterThan(0);
    expect(result.lastVerdictSeconds).toBeGreaterThan(outageMinutes * 60);
  });
});

describe('poison among a thousand', () => {
  it('is rejected at the first try, and blocks nobody', async () => {
    const many = arrivals({ count: 1000, doors, perMinute: 600, fromMs });
    const wrong = Array.from({ length: 10 }, (_, n) => poison(fromMs + n * 10_000)).flat();
    const result = await simulate({
      settings,
      arriving: [...many, ...wrong],
      doors,
      trouble: { perSecond: 50 },
    });
    expect(broken(result)).toEqual([]);
    expect(result.triedAgain).toBe(0);
    expect(result.rejected).toBe(90);
    expect(result.calls.answered).toHaveLength(1000);
  });
});

describe('the check would notice', () => {
  it('an ingest that takes a throttled search for a stranger', async () => {
    const result = await simulate({
      settings,
      arriving: rush,
      doors,
      trouble: { perSecond: quota },
      mutation: {
        search: (search) => (image) => search(image).catch(() => ({ kind: 'faces', candidates: [] })),
      },
    });
    expect(broken(result)).toContainEqual(expect.stringMatching(/sightings lost/));
  });

  it('an ingest that answers for a whole batch of the queue when one of it succeeded', async () => {
    const result = await simulate({
      settings,
      arriving: through,
      doors,
      trouble: outage,
      mutation: {
        handler: (handler) => async (event, invocation) =>
          (await handler(event, invocation)) && { batchItemFailures: [] },
      },
    });
    expect(broken(result)).toContainEqual(expect.stringMatching(/sightings lost/));
  });

  it('a mapping that does not ask which messages failed', async () => {
    const result = await simulate({
      settings: { ...settings, reportsFailures: false },
      arriving: through,
      doors,
      trouble: outage,
    });
    expect(broken(result)).toContainEqual(expect.stringMatching(/sightings lost/));
  });

  it('a queue that gives up after the first redelivery', async () => {
    const { failedQueue } = settings;
    const hasty = { deadLetterTargetArn: 'dead', maxReceiveCount: 1 };
    const result = await simulate({
      settings: { ...settings, failedQueue: { ...failedQueue, redrive: hasty } },
      arriving: through,
      doors,
      trouble: outage,
    });
    expect(broken(result)).toContainEqual(expect.stringMatching(/dead letters/));
  });
});

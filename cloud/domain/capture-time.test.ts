import { describe, expect, it } from 'vitest';
import { type BootClock, bootClockFrom, captureTime, type DoorTime } from './capture-time.ts';

const receivedAt = '2026-11-23T08:00:00.000Z';
const boot: BootClock = { offsetMs: Date.parse('2026-11-23T06:00:00.000Z'), source: 'synced' };
const hour = 3_600_000;
const time = (change: Partial<DoorTime>): DoorTime => ({
  capturedAt: '1970-01-01T01:00:00.000Z',
  monotonicMs: hour,
  clock: 'unsynced',
  ...change,
});

describe('when a passage was', () => {
  it('is what a synced clock says, whatever is known of the boot', () => {
    const synced = time({ capturedAt: '2026-11-22T20:00:00.000Z', clock: 'synced' });
    for (const known of [boot, null])
      expect(captureTime(synced, receivedAt, known)).toEqual({ at: synced.capturedAt, clock: 'synced' });
  });

  it('is corrected to the millisecond by the clock of the same boot', () => {
    expect(captureTime(time({ monotonicMs: hour + 250.4 }), receivedAt, boot)).toEqual({
      at: '2026-11-23T07:00:00.250Z',
      clock: 'corrected',
    });
  });

  it('is not known without one, and the receipt stands in for it', () => {
    expect(captureTime(time({}), receivedAt, null)).toEqual({ at: receivedAt, clock: 'unknown' });
  });

  it.each([
    ['more than a day ahead', '2026-11-24T08:00:00.001Z'],
    ['more than a year old', '2025-11-22T07:59:59.999Z'],
  ])('is not what a clock says that is %s, although it says synced', (_case, capturedAt) => {
    const wrong = time({ capturedAt, clock: 'synced' });
    expect(captureTime(wrong, receivedAt, null)).toEqual({ at: receivedAt, clock: 'unknown' });
    expect(captureTime(wrong, receivedAt, boot)).toMatchObject({ clock: 'corrected' });
    expect(bootClockFrom(wrong, receivedAt)).toBeNull();
  });

  it('is not corrected into the future', () => {
    const wrongBoot = { ...boot, offsetMs: boot.offsetMs + 48 * hour };
    expect(captureTime(time({}), receivedAt, wrongBoot)).toMatchObject({ clock: 'unknown' });
  });
});

describe('what a delivery tells about the clock of its boot', () => {
  it('is the difference of its two times, when it is synced', () => {
    const synced = time({ capturedAt: '2026-11-23T07:00:00.000Z', clock: 'synced' });
    expect(bootClockFrom(synced, receivedAt)).toEqual({ offsetMs: boot.offsetMs, source: 'synced' });
  });

  it.each([-10_000, 0, 10_000])('is that its clock is set, when it is %i ms from the broker’s', (awayMs) => {
    const capturedAt = new Date(Date.parse(receivedAt) + awayMs).toISOString();
    const offsetMs = Date.parse(capturedAt) - hour;
    expect(bootClockFrom(time({ capturedAt }), receivedAt)).toEqual({ offsetMs, source: 'receipt' });
  });

  it.each([-10_001, 10_001])('is nothing, when it is %i ms away and not synced', (awayMs) => {
    const capturedAt = new Date(Date.parse(receivedAt) + awayMs).toISOString();
    expect(bootClockFrom(time({ capturedAt }), receivedAt)).toBeNull();
  });
});

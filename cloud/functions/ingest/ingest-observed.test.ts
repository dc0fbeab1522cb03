import { describe, expect, it } from 'vitest';
import { event, faces, IngestForTests, passageEvent, passageId, thing } from './ingest-for-tests.ts';

const door = new IngestForTests();

describe('what is counted', () => {
  it('is each of the five outcomes', async () => {
    const found = [
      faces(['p-ada', 99.9]),
      faces(['p-ada', 99.9], ['p-bao', 99.5]),
      faces(),
      { kind: 'no_face' as const },
      { kind: 'refused' as const, reason: 'not_a_jpeg' as const },
    ];
    for (const [n, result] of found.entries()) {
      door.found = result;
      await door.run(event({ passageId: passageId(n), seq: n }));
    }
    expect(door.stored.map(({ outcome }) => outcome)).toEqual([
      'matched',
      'ambiguous',
      'unknown',
      'no_usable_face',
      'error',
    ]);
    for (const { outcome } of door.stored) expect(door.metrics.sum(`Sightings:${outcome}`)).toBe(1);
    expect(door.metrics.sum('Rejections:not_a_jpeg')).toBe(1);
  });

  it('is a punch that came too soon after another', async () => {
    await door.run(event());
    await door.run(event({ passageId: passageId(2), capturedAt: '2026-11-23T07:59:12.340Z' }));
    expect(door.metrics.sum('DuplicatePunches')).toBe(1);
  });

  it('is where the time of a sighting went', async () => {
    let now = Date.parse('2026-11-23T07:58:14.000Z');
    const taking = async <T>(ms: number, value: T) => {
      now += ms;
      return value;
    };
    await door.run(event(), {
      now: () => now,
      searchFaces: () => taking(300, door.found),
      sendVerdict: () => taking(40, undefined),
    });
    const latency = (stage: string) => door.metrics.sum(`StageLatency:${stage}`);
    // Captured at 07:58:12.340, received by the rule at 07:58:13, begun at 07:58:14.
    expect(latency('door_to_cloud')).toBe(660);
    expect(latency('search')).toBe(300);
    expect(latency('settle')).toBe(0);
    expect(latency('verdict')).toBe(40);
    expect(latency('total')).toBe(2_000);
  });
});

describe('what is logged', () => {
  it('says of every line which sighting it is about, and never a name or a picture', async () => {
    await door.run(event());
    await door.run(event());
    await door.run(event({ v: 2, passageId: passageId(3) }));
    await door.run(passageEvent());
    await expect(
      door.run(event({ passageId: passageId(4) }), { searchFaces: () => Promise.reject(new Error('down')) }),
    ).rejects.toThrow();
    const lines = door.logged.map((line) => JSON.parse(line) as [string, Record<string, unknown>]);
    const aboutDeliveries = lines.filter(([name]) => name !== 'clock.learned');
    expect(aboutDeliveries.map(([name]) => name)).toEqual([
      'sighting.settled',
      'sighting.redelivered',
      'delivery.rejected',
      'passage.recorded',
      'delivery.failed',
    ]);
    for (const [, fields] of aboutDeliveries)
      expect(fields).toMatchObject({
        thing,
        passageId: expect.any(String),
        attempt: 1,
        seq: expect.any(Number),
      });
    expect(door.logged.join()).not.toMatch(/Ada|\/9j\//);
  });
});

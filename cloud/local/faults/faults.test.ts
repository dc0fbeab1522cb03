import { describe, expect, it } from 'vitest';
import { makeManualClock } from '../manual-clock-for-tests.ts';
import type { FaultRequest } from './fault-rule.ts';
import { FaultConflict, makeFaults } from './faults.ts';

const search = { service: 'rekognition', operation: 'SearchFacesByImage' } as const;

const setUp = () => {
  const clock = makeManualClock(Date.parse('2026-01-01T08:00:00Z'));
  const broker: string[] = [];
  const faults = makeFaults({
    outage: {
      begin: async () => void broker.push('out'),
      end: async () => void broker.push('back'),
    },
    schedule: clock.schedule,
    now: clock.now,
    log: { info: () => {}, warn: () => {} },
  });
  let done = 0;
  /** Calls once and tells the error's code, or that there was none. */
  const call = (place: { service: string; operation: string } = search): Promise<string> =>
    faults
      .disturb(place, async () => {
        done += 1;
        return 'answer';
      })
      .catch((error: { code: string }) => error.code);
  const calls = async (times: number): Promise<string[]> => {
    const answers: string[] = [];
    for (let index = 0; index < times; index += 1) answers.push(await call());
    return answers;
  };
  return { clock, broker, faults, call, calls, done: () => done };
};

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('faults', () => {
  it('leave every call alone until there is one, and after it is removed', async () => {
    const { faults, call } = setUp();
    expect(await call()).toBe('answer');
    const { id } = await faults.add({ ...search, kind: 'fail' });
    expect(await call()).toBe('InternalServerError');
    expect(await faults.remove(id)).toBe(true);
    expect(await faults.remove(id)).toBe(false);
    expect(await call()).toBe('answer');
  });

  it('strike the named operation of the named service, or all with a star', async () => {
    const { faults, call } = setUp();
    await faults.add({ ...search, kind: 'throttle' });
    expect(await call()).toBe('ProvisionedThroughputExceededException');
    expect(await call({ ...search, operation: 'IndexFaces' })).toBe('answer');
    expect(await call({ ...search, service: 'dynamodb' })).toBe('answer');
    await faults.add({ service: 'dynamodb', kind: 'throttle' });
    expect(await call({ service: 'dynamodb', operation: 'Query' })).toBe('ThrottlingException');
  });

  it('refuse only what goes beyond a rate', async () => {
    const { faults, calls, clock } = setUp();
    await faults.add({ ...search, kind: 'throttle', perSecond: 5 });
    const refused = (answers: readonly string[]) => answers.filter((answer) => answer !== 'answer').length;
    expect(refused(await calls(8))).toBe(3);
    clock.pass(1000);
    expect(refused(await calls(5))).toBe(0);
    expect(faults.list()).toMatchObject([{ struck: 3 }]);
  });

  it('are over after so many strikes, and at an instant', async () => {
    const { faults, calls, clock } = setUp();
    await faults.add({ ...search, kind: 'fail', times: 2 });
    expect(await calls(3)).toEqual(['InternalServerError', 'InternalServerError', 'answer']);
    await faults.add({ ...search, kind: 'fail', status: 503, until: '2026-01-01T08:00:10Z' });
    expect(await calls(1)).toEqual(['ServiceUnavailable']);
    clock.pass(10_000);
    expect(await calls(1)).toEqual(['answer']);
    expect(faults.list()).toMatchObject([
      { struck: 2, over: true },
      { struck: 1, over: true },
    ]);
  });

  it('strike by a chance that the seed repeats', async () => {
    const strikesOf = async (seed: number) => {
      const { faults, calls } = setUp();
      await faults.add({ ...search, kind: 'fail', probability: 0.5, seed });
      return (await calls(40)).map((answer) => (answer === 'answer' ? '.' : 'x')).join('');
    };
    const once = await strikesOf(1);
    expect(once).toBe(await strikesOf(1));
    expect(once).not.toBe(await strikesOf(2));
    expect(once.replaceAll('.', '').length).toBeGreaterThan(10);
    expect(once.replaceAll('x', '').length).toBeGreaterThan(10);
  });

  it('do a call and then lose its answer, or do it twice', async () => {
    const { faults, call, done } = setUp();
    await faults.add({ ...search, kind: 'lose_answer', times: 1 });
    expect([await call(), done()]).toEqual(['InternalServerError', 1]);
    await faults.add({ ...search, kind: 'duplicate', times: 1 });
    expect([await call(), done()]).toEqual(['answer', 3]);
  });

  it('hold a call back for as long as they say, though not beyond the stop', async () => {
    const { faults, call, clock, done } = setUp();
    await faults.add({ ...search, kind: 'delay', ms: 500 });
    const first = call();
    await settle();
    clock.pass(499);
    await settle();
    expect(done()).toBe(0);
    clock.pass(1);
    expect(await first).toBe('answer');
    const second = call();
    await settle();
    faults.stop();
    expect(await second).toBe('answer');
  });

  it('deliver an event twice, late, and each copy at a time of its own', async () => {
    const { faults } = setUp();
    const place = { service: 'lambda-events', operation: 'ingest' };
    expect(faults.deliveries(place)).toEqual([0]);
    await faults.add({ service: 'lambda-events', kind: 'duplicate' });
    await faults.add({ service: 'lambda-events', operation: 'ingest', kind: 'delay', ms: 200 });
    expect(faults.deliveries(place)).toEqual([200, 200]);
    expect(faults.deliveries({ ...place, operation: 'watch' })).toEqual([0, 0]);
    await faults.add({ service: 'lambda-events', kind: 'reorder', withinMs: 100 });
    const [one = 0, two = 0] = faults.deliveries(place);
    expect(one).not.toBe(two);
    for (const delay of [one, two]) expect([delay >= 200, delay < 300]).toEqual([true, true]);
  });

  it('take the broker away once, and give it back when removed or over', async () => {
    const { faults, broker, clock } = setUp();
    const { id } = await faults.add({ service: 'iot', kind: 'outage' });
    await expect(faults.add({ service: 'iot', kind: 'outage' })).rejects.toThrow(FaultConflict);
    await faults.remove(id);
    await faults.add({ service: 'iot', kind: 'outage', until: '2026-01-01T08:00:30Z' });
    expect(broker).toEqual(['out', 'back', 'out']);
    clock.pass(30_000);
    await settle();
    await faults.clear();
    expect(broker).toEqual(['out', 'back', 'out', 'back']);
  });

  it('do not bring the broker back once the local cloud has stopped', async () => {
    const { faults, broker } = setUp();
    await faults.add({ service: 'iot', kind: 'outage' });
    faults.stop();
    await faults.clear();
    expect(broker).toEqual(['out']);
  });

  it.each<[string, unknown]>([
    ['a service that is not here', { service: 'kinesis', kind: 'fail' }],
    ['a kind that has no effect there', { service: 'lambda-events', kind: 'lose_answer' }],
    ['an outage of anything but the broker', { service: 's3', kind: 'outage' }],
    ['a field that the kind does not know', { ...search, kind: 'fail', ms: 5 }],
    ['a delay without its length', { ...search, kind: 'delay' }],
    ['a chance of more than one', { ...search, kind: 'fail', probability: 2 }],
  ])('refuse %s', async (_, rule) => {
    const { faults } = setUp();
    await expect(faults.add(rule as FaultRequest)).rejects.toMatchObject({ name: 'ZodError' });
    expect(faults.list()).toEqual([]);
  });

  it('refuse an end that has passed, and more rules than anybody means', async () => {
    const { faults } = setUp();
    await expect(faults.add({ ...search, kind: 'fail', until: '2026-01-01T07:59:59Z' })).rejects.toThrow(
      /has passed/,
    );
    for (let index = 0; index < 100; index += 1) await faults.add({ ...search, kind: 'duplicate' });
    await expect(faults.add({ ...search, kind: 'duplicate' })).rejects.toThrow(/remove some/);
  });
});

import { describe, expect, it } from 'vitest';
import { Now, type PunchItem } from '#contract/api.ts';
import { golden } from '#contract/golden.ts';
import type { Api, PageQuery } from '../api/api.ts';
import type { Answer, Failure } from '../api/transport.ts';
import { makeArrivalsModel } from './arrivals-model.ts';
import { punchAt, sightingAt } from './examples-for-tests.ts';

const everyone = { site: 'main', sightings: true, whoIsIn: true };

/** An API in memory that remembers what it was asked. */
const makeApiDouble = (punches: PunchItem[]) => {
  const asked: string[] = [];
  let failure: Failure | undefined;
  const answer = <T>(what: string, value: T): Promise<Answer<T>> => {
    asked.push(what);
    return Promise.resolve(failure === undefined ? { ok: true, value } : { ok: false, failure });
  };
  const api: Pick<Api, 'punches' | 'sightings' | 'now'> = {
    punches: ({ cursor }: PageQuery) =>
      cursor === undefined
        ? answer('punches', { items: punches.slice(0, 2), next: punches.length > 2 ? 'older' : null })
        : answer('older punches', { items: punches.slice(2), next: null }),
    sightings: () => answer('sightings', { items: [sightingAt(15)], next: null }),
    now: () => answer('now', Now.parse(golden('now'))),
  };
  return { api, asked, fail: (with_: Failure | undefined) => (failure = with_) };
};

describe('the arrivals model', () => {
  it('shows an arrival after the next refresh and marks it as new', async () => {
    const punches = [punchAt(20)];
    const { api } = makeApiDouble(punches);
    const model = makeArrivalsModel({ api, view: everyone, now: () => 0 });
    await model.refresh();
    expect(model.state().latestArrivals).toEqual([]);
    punches.unshift(punchAt(30));
    await model.refresh();
    expect(model.state().entries?.map(({ id }) => id)).toEqual(['punch-30', 'punch-20', 'passage-15/1']);
    expect([...model.state().arrived]).toEqual(['punch-30']);
  });

  it('asks who is in only when somebody came or half a minute has passed', async () => {
    let nowMs = 0;
    const punches = [punchAt(20)];
    const { api, asked } = makeApiDouble(punches);
    const model = makeArrivalsModel({ api, view: everyone, now: () => nowMs });
    const timesAskedAfterRefresh = async () => {
      await model.refresh();
      return asked.filter((what) => what === 'now').length;
    };
    expect(await timesAskedAfterRefresh()).toBe(1);
    expect(await timesAskedAfterRefresh()).toBe(1);
    punches.unshift(punchAt(30));
    expect(await timesAskedAfterRefresh()).toBe(2);
    nowMs = 30_000;
    expect(await timesAskedAfterRefresh()).toBe(3);
  });

  it('asks people who see only themselves for nothing but their punches', async () => {
    const { api, asked } = makeApiDouble([punchAt(20)]);
    const view = { site: undefined, sightings: false, whoIsIn: false };
    await makeArrivalsModel({ api, view, now: () => 0 }).refresh();
    expect(asked).toEqual(['punches']);
  });

  it('keeps showing what it had while the API is away, and says so', async () => {
    const { api, fail } = makeApiDouble([punchAt(20)]);
    const model = makeArrivalsModel({ api, view: everyone, now: () => 0 });
    await model.refresh();
    fail({ kind: 'unreachable' });
    expect(await model.refresh()).toBe(false);
    expect(model.state().failure).toEqual({ kind: 'unreachable' });
    expect(model.state().entries).toHaveLength(2);
    fail(undefined);
    expect(await model.refresh()).toBe(true);
    expect(model.state().failure).toBeUndefined();
  });

  it('loads older entries from the list that ends first', async () => {
    const { api, asked } = makeApiDouble([punchAt(40), punchAt(30), punchAt(5)]);
    const model = makeArrivalsModel({ api, view: everyone, now: () => 0 });
    await model.refresh();
    expect(model.state().entries?.map(({ id }) => id)).toEqual(['punch-40', 'punch-30']);
    asked.length = 0;
    await model.loadOlder();
    expect(asked).toEqual(['older punches']);
    expect(model.state().entries?.map(({ id }) => id)).toEqual([
      'punch-40',
      'punch-30',
      'passage-15/1',
      'punch-5',
    ]);
    expect(model.state().hasOlder).toBe(false);
  });
});

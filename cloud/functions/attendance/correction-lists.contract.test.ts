import { beforeEach, describe, expect, it } from 'vitest';
import type { Change, CorrectionItem } from '#contract/correction.ts';
import { correctionsPrefix } from '../table/attendance-keys.ts';
import { personKey } from '../table/keys.ts';
import { CorrectionsForTests, forgotten, named } from './corrections-for-tests.ts';
import { makeDynamoCorrections } from './corrections-store.ts';

const world = new CorrectionsForTests();
const { api, staff, manager, hr, elsewhere } = world;
const minute = (n: number): Change =>
  ({ ...forgotten, at: `2026-11-23T14:${String(n).padStart(2, '0')}:00.000Z` }) as Change;

describe('corrections of a site', () => {
  let asked: CorrectionItem[];
  /** Newest first, by what each asks for: 14:04 and 14:02 of Ada (approved, refused), 14:03 and 14:01 of Mona (waiting). */
  const ids = (...ns: readonly number[]) => ns.map((n) => asked[n - 1]?.id);
  const listed = async (...[who, query]: Parameters<typeof world.list>) =>
    (await world.list(who, query)).items.map(({ id }) => id);

  beforeEach(async () => {
    asked = [];
    for (const [n, who] of [manager, staff, manager, staff].entries()) {
      asked.push(await world.asked(who, minute(n + 1)));
      api.laterMs += 1000;
    }
    const [, refused, , approved] = asked as [unknown, CorrectionItem, unknown, CorrectionItem];
    await world.decide(manager, approved, 'approved');
    await world.decide(hr, refused, 'refused');
  });

  it('come newest first, each with its state', async () => {
    const { items } = await world.list(manager);
    expect(items.map(({ id, state }) => [id, state])).toEqual([
      [asked[3]?.id, 'approved'],
      [asked[2]?.id, 'waiting'],
      [asked[1]?.id, 'refused'],
      [asked[0]?.id, 'waiting'],
    ]);
  });

  it('can be chosen by state', async () => {
    expect(await listed(manager, '?state=waiting')).toEqual(ids(3, 1));
    expect(await listed(manager, '?state=approved')).toEqual(ids(4));
    expect(await listed(manager, '?state=refused')).toEqual(ids(2));
  });

  it.each(['', '&state=waiting', `&person=`])('come page by page (%s)', async (filter) => {
    const query = filter === '&person=' ? `${filter}${world.mona}` : filter;
    const all = await listed(manager, `?limit=100${query}`);
    expect(all.length).toBeGreaterThan(1);
    const paged: string[] = [];
    for (let cursor = ''; ; ) {
      const page = await world.list(manager, `?limit=1${query}${cursor}`);
      paged.push(...page.items.map(({ id }) => id));
      if (page.next === null) break;
      cursor = `&cursor=${page.next}`;
    }
    expect(paged).toEqual(all);
  });

  it('can be chosen by person, with a state', async () => {
    expect(await listed(manager, `?person=${world.ada}`)).toEqual(ids(4, 2));
    expect(await listed(manager, `?person=${world.ada}&state=refused`)).toEqual(ids(2));
    expect(await listed(manager, `?person=${world.ada}&site=depot`)).toEqual([]);
  });

  it('are one’s own for staff, and nobody’s of another site', async () => {
    expect(await listed(staff)).toEqual(ids(4, 2));
    expect((await staff('attendance', `GET /corrections?person=${world.mona}`)).status).toBe(403);
    expect(await listed(elsewhere)).toEqual([]);
    expect((await elsewhere('attendance', 'GET /corrections?site=main')).status).toBe(403);
    expect((await elsewhere('attendance', `GET /corrections?person=${world.ada}`)).status).toBe(404);
  });

  it('do not show who is erased, and cannot be decided any more', async () => {
    const [mine] = ids(1);
    await world.erase(world.mona);
    expect(await listed(manager, '?state=waiting')).toEqual([]);
    expect(await listed(manager)).toEqual(ids(4, 2));
    expect((await world.decide(hr, { id: mine ?? '' }, 'approved')).status).toBe(404);
  });

  it('cost as many requests however many there are', async () => {
    const cost = () => api.table.requests(() => world.list(manager, '?limit=2&state=waiting'));
    const before = await cost();
    for (let n = 10; n < 30; n += 1) await world.asked(staff, minute(n));
    expect(await cost()).toBe(before);
    const own = () => api.table.requests(() => world.list(staff, '?limit=2'));
    const ofPerson = await own();
    for (let n = 30; n < 50; n += 1) await world.asked(staff, minute(n));
    expect(await own()).toBe(ofPerson);
  });
});

describe('the log of corrections', () => {
  it('keeps every entry as it was written, whatever is done afterwards', async () => {
    const punch = named(await world.punch());
    const asked = await world.asked(staff, { action: 'void', punch });
    const [request] = await world.ofAda(correctionsPrefix);
    await world.decide(manager, asked, 'approved');
    const entries = await world.ofAda(correctionsPrefix);
    expect(entries).toHaveLength(2);
    expect(entries).toContainEqual(request);

    await world.decide(hr, asked, 'refused');
    await world.asked(staff, forgotten);
    await api.refresh('main', world.ada);
    expect(await world.ofAda(correctionsPrefix)).toEqual(expect.arrayContaining([...entries]));
  });

  it('takes no entry twice, and none from somebody who read less of it', async () => {
    const store = makeDynamoCorrections(api.table.access());
    const empty = await store.readLog(world.ada);
    await world.asked(staff, forgotten);
    const log = await store.readLog(world.ada);
    const entries = await world.ofAda(correctionsPrefix);
    const [kept] = log.corrections;
    if (kept === undefined) throw new Error('there is one');
    const again = { entry: kept.correction.request, site: 'main', dates: [] };
    expect(await store.append(again, log, 'main')).toBe('raced');
    const another = { ...again, entry: { ...again.entry, id: `${world.ada}.other` } };
    expect(await store.append(another, empty, 'main')).toBe('raced');
    expect(await store.append(another, log, 'main')).toBe('done');
    expect(await world.ofAda(correctionsPrefix)).toEqual(expect.arrayContaining([...entries]));
  });

  it('takes none of somebody who is erased meanwhile, and leaves nothing behind', async () => {
    const store = makeDynamoCorrections(api.table.access());
    await world.asked(staff, forgotten);
    const { corrections } = await store.readLog(world.ada);
    await world.erase(world.ada);
    const [kept] = corrections;
    if (kept === undefined) throw new Error('there is one');
    const again = { entry: kept.correction.request, site: 'main', dates: [] };
    expect(await store.append(again, await store.readLog(world.ada), 'main')).toBe('raced');
    expect(await world.items(personKey(world.ada).pk)).toEqual([]);
  });

  it('asks for exactly the grants that the stack gives to the attendance function', async () => {
    const punch = named(await world.punch());
    api.refresh = async () => 0;
    api.table.asked();
    const asked = await world.asked(staff, { action: 'void', punch });
    await world.decide(manager, asked, 'approved');
    await world.list(manager);
    expect(api.table.asked()).toEqual([
      'BatchGetItem',
      'ConditionCheckItem',
      'DeleteItem',
      'GetItem',
      'PutItem',
      'Query',
      'Query (gsi1)',
    ]);
  });
});

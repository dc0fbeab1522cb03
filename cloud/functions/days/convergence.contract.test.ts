import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CorrectionEntry } from '../../domain/corrections/correction-log.ts';
import { at, correction, monday, tuesday, wednesday } from '../../domain/rules-for-tests.ts';
import type { TableAccess } from '../table/batch-get.ts';
import { leaveKey } from '../table/schedule-keys.ts';
import { staleItem } from '../table/stale.ts';
import { DaysForTests } from './days-for-tests.ts';

const days = new DaysForTests();
const dates = [monday, tuesday, wednesday];

/** A night with the early shift behind it, punches of both, a duplicate, corrections of them, and a leave: in any order. */
const before = { id: 'p2', at: at('06:04', tuesday), via: 'auto' as const };
const log: readonly CorrectionEntry[] = [
  ...correction('ada.c1', { action: 'void', punch: before }),
  ...correction('ada.c2', { action: 'add', at: at('14:00', tuesday), direction: 'out' }),
  ...correction('ada.c3', { action: 'add', at: at('06:01', tuesday), direction: 'out' }, 'refused'),
];
const facts: readonly ((personId: string) => Promise<void>)[] = [
  (id) => days.punch(id, 'p1', at('22:01'), 'auto'),
  (id) => days.punch(id, 'p2', before.at, 'auto'),
  (id) => days.punch(id, 'p3', at('06:05', tuesday), 'auto'),
  (id) => days.punch(id, 'p4', at('06:10', tuesday), 'in'),
  (id) => days.leave(id, { from: wednesday, to: wednesday }),
  ...log.map((entry) => (id: string) => days.correction(id, entry, log)),
];

const prepare = async (personId: string): Promise<void> => {
  await days.person(personId);
  await days.shift({ id: 'night', start: '22:00', end: '06:00' });
  await days.shift({ id: 'early', start: '06:00', end: '14:00' });
  await days.assign(personId, { shift: 'night', from: monday, to: monday });
  await days.assign(personId, { shift: 'early', from: tuesday, to: wednesday });
};

const outcome = async (personId: string) => {
  const results = await Promise.all(dates.map((date) => days.result(personId, date)));
  return JSON.stringify(results.map((one) => one && { ...one, personId: '', version: 0 })).replaceAll(
    `${personId}.`,
    '',
  );
};

/** The table as a function sees it that is ended after so many writes; null = it is not. */
const endedAfter = (writes: number | null): TableAccess => {
  const { client, tableName } = days.table.access();
  if (writes === null) return { client, tableName };
  let sent = 0;
  const send = (command: { constructor: { name: string } }) => {
    if (command.constructor.name !== 'QueryCommand' && !/Get/.test(command.constructor.name)) sent += 1;
    if (sent > writes) throw new Error('the function is gone');
    return client.send(command as never);
  };
  return {
    client: new Proxy(client, {
      get: (target, name) => (name === 'send' ? send : Reflect.get(target, name)),
    }),
    tableName,
  };
};

const scenario = fc.record({
  order: fc.shuffledSubarray(
    facts.map((_, n) => n),
    { minLength: facts.length, maxLength: facts.length },
  ),
  /** After which facts somebody asks, and after how many writes that ends early. */
  asked: fc.array(fc.record({ after: fc.nat(facts.length), ended: fc.option(fc.nat(4), { nil: null }) }), {
    maxLength: 4,
  }),
});

let people = 0;
const arrive = async (
  { order, asked }: { order: number[]; asked: { after: number; ended: number | null }[] },
  refresh: (table: TableAccess, personId: string) => Promise<unknown>,
): Promise<string> => {
  people += 1;
  const personId = `ada-${people}`;
  await prepare(personId);
  for (const [n, fact] of order.entries()) {
    for (const { ended } of asked.filter(({ after }) => after === n))
      await refresh(endedAfter(ended), personId).catch(() => {});
    await facts[fact]?.(personId);
  }
  await refresh(endedAfter(null), personId);
  return outcome(personId);
};

const refresh = (table: TableAccess, personId: string) => days.keeper(table).refresh('main', personId);

describe('facts in any order, derived at any moments, by functions that are ended anywhere', () => {
  it('come to the same days', async () => {
    const inOrder = await arrive({ order: facts.map((_, n) => n), asked: [] }, refresh);
    await fc.assert(
      fc.asyncProperty(scenario, async (one) => {
        expect(await arrive(one, refresh)).toBe(inOrder);
      }),
      { numRuns: 12 },
    );
  });

  it('would be seen not to, if a fact were taken from the list before its days are written', async () => {
    const hasty = async (table: TableAccess, personId: string) => {
      const { client, tableName } = table;
      const put: unknown[] = [];
      // Takes the marks away at once, and the writes of results come after them.
      const reordered = new Proxy(client, {
        get: (target, name) =>
          name !== 'send'
            ? Reflect.get(target, name)
            : async (command: { constructor: { name: string } }) => {
                if (command.constructor.name !== 'PutCommand') return target.send(command as never);
                put.push(command);
                return {};
              },
      });
      await days.keeper({ client: reordered, tableName }).refresh('main', personId);
      for (const command of put) await client.send(command as never);
    };
    const inOrder = await arrive({ order: facts.map((_, n) => n), asked: [] }, refresh);
    const ended = {
      order: facts.map((_, n) => n),
      asked: [{ after: facts.length - 1, ended: facts.length - 1 }],
    };
    const lost = await arrive(ended, (table, personId) =>
      table.client === days.table.access().client ? refresh(table, personId) : hasty(table, personId),
    );
    expect(lost).not.toBe(inOrder);
  });
});

describe('two who derive the same day at once, one of them from what is no longer so', () => {
  /** Somebody derives a leave; before it is written, the leave is taken back and the day derived by somebody else. */
  const leaveTakenBack = async (isShared: boolean): Promise<string | null> => {
    await days.ada();
    await days.keeper().derive('ada', [monday]);
    await days.leave('ada', { from: monday, to: monday });
    const { client, tableName } = days.table.access();
    let written = false;
    const slow = new Proxy(client, {
      get: (target, name) =>
        name !== 'send'
          ? Reflect.get(target, name)
          : async (command: { constructor: { name: string } }) => {
              if (command.constructor.name === 'PutCommand' && !written) {
                written = true;
                await client.send(
                  new DeleteCommand({ TableName: tableName, Key: leaveKey('ada', 'ada.leave') }),
                );
                const fact = {
                  site: 'main',
                  personId: 'ada',
                  factId: 'ada.leave',
                  dates: { from: monday, to: monday },
                };
                await days.put({ ...staleItem(fact), ...(isShared ? { shared: true } : {}) });
                await days.keeper().refresh('main', 'ada');
              }
              return target.send(command as never);
            },
    });
    await days.keeper({ client: slow, tableName }).refresh('main', 'ada');
    expect(await days.stale()).toEqual([]);
    return (await days.result('ada', monday))?.figures.status ?? null;
  };

  it('end with what is so', async () => {
    expect(await leaveTakenBack(false)).toBe('absent');
  });

  it('would not, if a day that comes out as before were not written', async () => {
    expect(await leaveTakenBack(true)).toBe('on_leave');
  });
});

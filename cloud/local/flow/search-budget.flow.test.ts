import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { SightingPage } from '#contract/api.ts';
import { Usage } from '#contract/usage.ts';
import { assemblyDir } from '../../../scripts/assembly.ts';
import { enrol, type Installation, startInstallation } from './installation.ts';
import { allowDoor, connectDoor, provisionDoor, sightingOf, type TestDoor } from './test-door.ts';

const somebody = 's6-4';
const soon = { timeout: 20_000, interval: 50 };
const minuteMs = 60_000;
/** Two searches of 0.0012 US dollars. */
const budgetUsd = 0.0024;

/** How far the cloud's clock is ahead of the machine's. */
let aheadMs = 0;
let assembly: string;
let installation: Installation;
let door: TestDoor;

beforeAll(async () => {
  assembly = mkdtempSync(path.join(os.tmpdir(), 'rollcall-search-budget-'));
  withBudget(assembly);
  installation = await startInstallation(assembly, { now: () => Date.now() + aheadMs });
  const code = await allowDoor(await installation.as('facilities'), 'budget-1');
  door = await connectDoor(installation, await provisionDoor(installation, 'budget-1', code));
  await enrol(installation.hr, somebody, 'Ada Example');
});
afterAll(async () => {
  await door?.stop();
  await installation?.stop();
  rmSync(assembly, { recursive: true, force: true });
});

/** The assembly once more, with a budget where the configuration has none. */
function withBudget(folder: string): void {
  for (const name of readdirSync(assemblyDir)) {
    const source = path.join(assemblyDir, name);
    if (!name.endsWith('.template.json')) symlinkSync(source, path.join(folder, name));
    else {
      const unlimited = String.raw`\"monthlyBudgetUsd\":null`;
      const limited = String.raw`\"monthlyBudgetUsd\":${budgetUsd}`;
      writeFileSync(path.join(folder, name), readFileSync(source, 'utf8').replaceAll(unlimited, limited));
    }
  }
}

/** Somebody passes, and the door delivers it twice. */
const pass = async (minutesAgo: number) => {
  const entry = await door.keep(await sightingOf(somebody, new Date(Date.now() - minutesAgo * minuteMs)));
  for (const _ of ['delivered', 'and delivered again']) {
    const answered = door.verdicts.length;
    await door.publish(entry);
    await vi.waitUntil(() => door.verdicts.length > answered, soon);
    // The next one then comes to the same execution environment, which knows what it has bought.
    await vi.waitUntil(() => called('ingest').pending === 0, soon);
  }
  return door.verdicts.at(-1);
};

/** What became of a function's events so far. */
const called = (fn: 'ingest' | 'watch') => {
  const found = installation.cloud.functions().find(({ name }) => name === `rollcall-dev-${fn}`);
  if (found === undefined) throw new Error(`there is no function ${fn}`);
  return found.asynchronous;
};

/** Lets a minute pass in the cloud, with the check that the schedule makes. */
const minute = async () => {
  aheadMs += minuteMs;
  await installation.cloud.fireSchedules();
};

it('buys no search once the month’s budget is spent, keeps what passes, and tells people once', async () => {
  const admin = await installation.as('admin');
  const before = installation.cloud.searches();
  expect(await pass(30)).toMatchObject({ outcome: 'matched' });
  expect(Usage.parse(await admin('GET', '/usage'))).toMatchObject({ searches: 1, guard: 'ok', budgetUsd });
  expect(await pass(20)).toMatchObject({ outcome: 'matched' });
  expect(await pass(10)).toMatchObject({ outcome: 'unknown', reason: 'not_searched' });

  expect(installation.cloud.searches() - before).toBe(2);
  const { thingName: thing } = door.identity;
  expect(Usage.parse(await admin('GET', '/usage'))).toMatchObject({
    searches: 2,
    byDoor: [{ thing, name: 'Door budget-1', site: 'main', searches: 2 }],
    guard: 'stop',
  });
  const { items } = SightingPage.parse(await installation.hr('GET', '/sightings?limit=1'));
  expect(items).toMatchObject([{ outcome: 'unknown', reason: 'not_searched', person: null }]);

  const alerts = () =>
    installation.cloud.notifications().filter(({ subject }) => subject?.startsWith('Searches of'));
  await minute();
  await vi.waitUntil(() => alerts().length > 0, soon);
  await minute();
  await vi.waitUntil(() => called('watch').succeeded === 2, soon);
  expect(alerts()).toMatchObject([
    { subject: expect.stringContaining('budget spent'), message: expect.stringContaining('NOT COUNTED') },
  ]);
  expect(installation.cloud.denied()).toEqual([]);
});

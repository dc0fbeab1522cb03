import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readBootId } from '../../../device/clock.ts';
import type { StoredEntry } from '../../../device/outbox/entry-file.ts';
import { demoSite } from '../../../scripts/start/demo.ts';
import { prepareDemoDoor } from '../../../scripts/start/demo-door.ts';
import { startDoor } from '../../../scripts/start/door-process.ts';
import { type Installation, startInstallation } from './installation.ts';
import { allowDoor, connectDoor, passageWithoutFace, provisionDoor, type TestDoor } from './test-door.ts';

const soon = { timeout: 20_000, interval: 50 };
/** How far the cloud's clock is ahead of the machine's. */
let aheadMs = 0;
let installation: Installation;
let door: TestDoor;

beforeAll(async () => {
  installation = await startInstallation(undefined, { now: () => Date.now() + aheadMs });
  const code = await allowDoor(await installation.as('facilities'), 'gap-1');
  door = await connectDoor(installation, await provisionDoor(installation, 'gap-1', code));
});
afterAll(async () => {
  await door?.stop();
  await installation?.stop();
});

/** What a function has logged so far. */
const linesOf = (name: string) => {
  const file = path.join(installation.stateDir, 'logs', `rollcall-dev-${name}.log`);
  return (existsSync(file) ? readFileSync(file, 'utf8') : '')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
};
const logged = (name: string, event: string) => linesOf(name).filter((line) => line.event === event);
const alerts = () => installation.cloud.notifications();

/** Waits until a function has logged an event so many times. */
const seen = (name: string, event: string, times: number) =>
  vi.waitUntil(() => logged(name, event).length >= times, soon);

/** Passages that go on the wire and are acknowledged, but for those that are lost behind the broker's back. */
const pass = async (count: number, lost: readonly number[]): Promise<readonly StoredEntry[]> => {
  const recorded = logged('ingest', 'passage.recorded').length;
  const entries: StoredEntry[] = [];
  for (let n = 1; n <= count; n += 1) {
    const entry = await door.keep(passageWithoutFace());
    if (!lost.includes(n)) expect(await door.publish(entry)).toEqual({ kind: 'puback', reasonCode: 0 });
    await door.forget(entry);
    entries.push(entry);
  }
  await seen('ingest', 'passage.recorded', recorded + count - lost.length);
  return entries;
};

const report = async () => {
  const reports = logged('watch', 'door.reported').length;
  await door.report();
  await seen('watch', 'door.reported', reports + 1);
};

/** Lets minutes pass in the cloud, with the check that the schedule makes at each. */
const minutes = async (count: number) => {
  for (let n = 0; n < count; n += 1) {
    const checks = logged('watch', 'gaps.checked').length;
    aheadMs += 60_000;
    expect(await installation.cloud.fireSchedules()).toBeGreaterThanOrEqual(1);
    await seen('watch', 'gaps.checked', checks + 1);
  }
};

// First, because the certificate that it gets would not be valid yet once the cloud’s clock is ahead of the machine’s.
describe('a door as it is installed', () => {
  it('reports as soon as it is connected, with the clock of its boot', async () => {
    const { cloud, stateDir } = installation;
    const place = {
      iot: cloud.iot,
      provisioningTemplate: String(cloud.outputs.ProvisioningTemplateName),
      site: demoSite,
    };
    const camera = { kind: 'replay', seed: 7, realtime: true };
    const facilities = await installation.as('facilities');
    const configFile = await prepareDemoDoor(facilities, stateDir, place, camera);
    const agent = startDoor(configFile, path.join(stateDir, 'agent.log'), () => {});
    try {
      const thing = 'rollcall-dev-demo-front-door';
      const about = (event: string) => logged('watch', event).filter((line) => line.thing === thing);
      const [told] = await vi.waitUntil(
        () => about('clock.learned').length > 0 && about('door.reported'),
        soon,
      );
      expect(told).toMatchObject({ clock: 'synced', undelivered: expect.any(Number) });
      expect(about('clock.learned')).toMatchObject([{ boot: readBootId(), source: 'synced' }]);
      expect(cloud.denied()).toEqual([]);
    } finally {
      await agent.stop();
    }
  });
});

describe('five deliveries that are lost after their acknowledgement', () => {
  it('are told to people by door and numbers within five minutes, once, and closed when they come after all', async () => {
    const beganMs = aheadMs;
    const entries = await pass(9, [3, 4, 5, 6, 7]);
    await report();
    await minutes(1);
    expect(alerts()).toEqual([]);
    await minutes(3);
    await vi.waitUntil(() => alerts().length > 0, soon);
    const { thingName } = door.identity;
    expect(alerts()).toMatchObject([
      {
        topicArn: installation.cloud.outputs.AlertsTopicArn,
        subject: `Gap at ${thingName}: 5 missing`,
        message: expect.stringContaining('Sequence numbers: 3-7 (5 in all)'),
      },
    ]);
    expect(aheadMs - beganMs).toBeLessThan(5 * 60_000);
    expect(logged('watch', 'gap.detected')).toMatchObject([{ thing: thingName, numbers: '3-7', missing: 5 }]);
    expect(linesOf('watch')).toContainEqual(expect.objectContaining({ Stage: 'dev', Gaps: 5 }));

    const recorded = logged('ingest', 'passage.recorded').length;
    for (const entry of entries.slice(2, 7)) await door.publish(entry);
    await seen('ingest', 'passage.recorded', recorded + 5);
    await minutes(1);
    await seen('watch', 'gap.closed', 1);
    await minutes(2);
    expect(logged('watch', 'gap.closed')).toMatchObject([{ thing: thingName, numbers: '3-7' }]);
    expect(alerts()).toHaveLength(1);
  });
});

describe('nobody is called', () => {
  it('for what waits in the outbox while newer passages are delivered', async () => {
    const before = alerts().length;
    const oldest = await door.keep(passageWithoutFace());
    await pass(3, []);
    await report();
    await minutes(4);
    expect(alerts()).toHaveLength(before);
    expect(logged('watch', 'gaps.checked').at(-1)).toMatchObject({ open: 0 });
    await door.publish(oldest);
    await door.forget(oldest);
  });
});

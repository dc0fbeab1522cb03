import { setTimeout as sleep } from 'node:timers/promises';
import { arrivals } from '../../cloud/local/flow/outage/arrivals.ts';
import { readDeliverySettings } from '../../cloud/local/flow/outage/delivery-settings.ts';
import { mostInASecond } from '../../cloud/local/flow/outage/rekognition-double.ts';
import { broken, simulate } from '../../cloud/local/flow/outage/simulation.ts';
import { sightingOf, type TestDoor } from '../../cloud/local/flow/test-door.ts';
import { assemblyDir, ensureAssembly } from '../assembly.ts';
import { until } from '../running-product.ts';
import { type Enrolled, withPeople } from './enrolled.ts';
import type { Measurement } from './figures.ts';

const quota = 5;
const doors = 10;
const count = 600;
const arriveMs = 60_000;
const minuteMs = 60_000;
const limitMs = 1_200_000;

/**
 * Sixty people a minute at each of ten doors, at a quota of five searches a second, through the whole local cloud: searches answered
 * in the busiest second and refused by the quota, and when the last verdict of the 600 came. Then the same people through an outage
 * of ten minutes, simulated in virtual time: how long after its end the last verdict came.
 */
export const ingestQuota: Measurement = {
  figures: [
    'ingest.calls_per_s',
    'ingest.quota_per_s',
    'ingest.throttled',
    'ingest.last_verdict_s',
    'ingest.quota.lost',
    'ingest.outage.last_verdict_s',
    'ingest.outage.lost',
  ],
  async measure(report) {
    await ensureAssembly((step) => process.stderr.write(`${step}\n`));
    const rush = await withPeople(doors, throughTheQuota);
    report({ name: 'ingest.quota_per_s', value: quota, unit: 'searches/s' });
    report({ name: 'ingest.calls_per_s', value: rush.perSecond, unit: 'searches/s' });
    report({ name: 'ingest.throttled', value: rush.throttled, unit: 'searches' });
    report({ name: 'ingest.last_verdict_s', value: Math.round(rush.seconds), unit: 's' });
    report({ name: 'ingest.quota.lost', value: rush.lost, unit: 'sightings' });
    const fromMs = Date.now();
    const downMs = 10 * minuteMs;
    const outage = await simulate({
      settings: readDeliverySettings(assemblyDir),
      arriving: arrivals({ count, doors, perMinute: count / 10, fromMs }),
      doors,
      trouble: { perSecond: quota, down: { fromMs, toMs: fromMs + downMs } },
    });
    const afterwards = outage.lastVerdictSeconds - downMs / 1000;
    report({ name: 'ingest.outage.last_verdict_s', value: Math.round(afterwards), unit: 's' });
    for (const line of broken(outage)) process.stderr.write(`outage: ${line}\n`);
    report({ name: 'ingest.outage.lost', value: outage.lost.length, unit: 'sightings' });
  },
};

async function throughTheQuota(enrolled: Enrolled) {
  const { installation, settled, people } = enrolled;
  const { cloud } = installation;
  const connected = await enrolled.doors(doors);
  const entries = await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const door = connected[n % doors] as TestDoor;
      const at = new Date(Date.now() - n * minuteMs);
      return { door, entry: await door.keep(await sightingOf(people[n % people.length]?.sample ?? '', at)) };
    }),
  );
  const fault = await cloud.faults.add({
    kind: 'throttle',
    service: 'rekognition',
    operation: 'SearchFacesByImage',
    perSecond: quota,
  });
  const startedMs = performance.now();
  const searchedAt: number[] = [];
  const watching = setInterval(() => {
    for (let seen = searchedAt.length; seen < cloud.searches() - before; seen += 1)
      searchedAt.push(performance.now());
  }, 10);
  const before = cloud.searches();
  await Promise.all(
    entries.map(async ({ door, entry }, n) => {
      await sleep((n * arriveMs) / count);
      await door.publish(entry);
    }),
  );
  await until('every verdict', async () => (settled().done >= count ? true : undefined), 20, limitMs);
  clearInterval(watching);
  const seconds = (performance.now() - startedMs) / 1000;
  const told = new Set(connected.flatMap(({ verdicts }) => verdicts.map(({ passageId }) => passageId)));
  return {
    seconds,
    perSecond: mostInASecond(searchedAt),
    throttled: cloud.faults.find(fault.id)?.struck ?? 0,
    lost: entries.filter(({ entry }) => !told.has(entry.passageId)).length,
  };
}

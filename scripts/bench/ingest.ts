import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { sightingOf, type TestDoor } from '../../cloud/local/flow/test-door.ts';
import { until } from '../running-product.ts';
import { type Enrolled, withPeople } from './enrolled.ts';
import { type Measurement, percentile } from './figures.ts';

const people = 10;
const doors = 10;
/** One after the other, for the time that each takes; the first ones warm everything up. */
const alone = { count: 300, warmUp: 20 };
/** As fast as the doors can. */
const together = 1_000;
const minuteMs = 60_000;
const limitMs = 1_200_000;

/**
 * Sightings on the way from a door through the broker, the rule and the bundle of ingest to the table, with real searches.
 * `ingest.p50_ms` and `p99_ms` are the handler's own time, without Rekognition's: reading, settling, writing, the verdict, by its own
 * metrics. `ingest.per_s` is limited by the local Rekognition, which has one core; `ingest.lost` counts acknowledged sightings that
 * have no record.
 */
export const ingest: Measurement = {
  figures: ['ingest.p50_ms', 'ingest.p99_ms', 'ingest.lost', 'ingest.per_s'],
  measure: (report) =>
    withPeople(people, async (enrolled) => {
      const connected = await enrolled.doors(doors);
      const times = await oneByOne(enrolled, connected[0] as TestDoor);
      report({ name: 'ingest.p50_ms', value: round(percentile(times, 0.5)), unit: 'ms' });
      report({ name: 'ingest.p99_ms', value: round(percentile(times, 0.99)), unit: 'ms' });
      const { lost, seconds } = await allAtOnce(enrolled, connected);
      report({ name: 'ingest.lost', value: lost, unit: 'sightings' });
      report({ name: 'ingest.per_s', value: round(together / seconds), unit: 'sightings/s' });
    }),
};

const round = (value: number): number => Math.round(value * 10) / 10;

/** Own times in milliseconds. */
async function oneByOne(enrolled: Enrolled, door: TestDoor): Promise<readonly number[]> {
  const { installation, settled } = enrolled;
  for (let n = 0; n < alone.count; n += 1) {
    const { done } = settled();
    await door.publish(await door.keep(await arrival(enrolled, n)));
    await until('the sighting', async () => (settled().done > done ? true : undefined), 2, limitMs);
  }
  const log = readFileSync(path.join(installation.stateDir, 'logs', 'rollcall-dev-ingest.log'), 'utf8');
  const own = stageTimes(log, 'settle').map((settle, n) => settle + (stageTimes(log, 'verdict')[n] ?? 0));
  return own.slice(alone.warmUp);
}

/** Every value of a stage of the flow in a function's log, in order. */
const stageTimes = (log: string, stage: string): readonly number[] =>
  log
    .split('\n')
    .filter((line) => line.includes(`"StageOfFlow":"${stage}"`))
    .map((line) => (JSON.parse(line) as { StageLatency: number }).StageLatency);

async function allAtOnce(
  enrolled: Enrolled,
  connected: readonly TestDoor[],
): Promise<{ readonly lost: number; readonly seconds: number }> {
  const { installation, settled } = enrolled;
  const waiting = await Promise.all(
    connected.map((door, d) =>
      Promise.all(
        Array.from({ length: together / connected.length }, async (_, n) =>
          door.keep(await arrival(enrolled, alone.count + n * connected.length + d)),
        ),
      ),
    ),
  );
  const startedMs = performance.now();
  // As a door does: one after the other, and again what was not acknowledged.
  await Promise.all(
    connected.map(async (door, d) => {
      for (const entry of waiting[d] ?? []) while (!isAcknowledged(await door.publish(entry))) {}
    }),
  );
  await until('every sighting', async () => (settled().pending === 0 ? true : undefined), 20, limitMs);
  const seconds = (performance.now() - startedMs) / 1000;
  const recorded = await recordedPassages(installation.cloud);
  const lost = waiting.flat().filter(({ passageId }) => !recorded.has(passageId)).length;
  return { lost, seconds };
}

const isAcknowledged = (answer: Awaited<ReturnType<TestDoor['publish']>>): boolean =>
  answer.kind === 'puback' && answer.reasonCode === 0;

async function recordedPassages(cloud: Enrolled['installation']['cloud']): Promise<ReadonlySet<string>> {
  const client = new DynamoDBClient({
    endpoint: cloud.awsUrl,
    region: cloud.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const found = new Set<string>();
  const request = {
    TableName: cloud.outputs.TableName,
    FilterExpression: 'begins_with(sk, :sighting) AND outcome <> :error',
    ExpressionAttributeValues: { ':sighting': { S: 'SIGHTING#' }, ':error': { S: 'error' } },
    ProjectionExpression: 'passageId',
  };
  for await (const { Items = [] } of paginateScan({ client }, request))
    for (const { passageId } of Items) found.add(passageId?.S ?? '');
  client.destroy();
  return found;
}

/** Somebody enrolled; minutes between two arrivals of the same person, so that each of them counts. */
const arrival = ({ people: known }: Enrolled, n: number) =>
  sightingOf(known[n % known.length]?.sample ?? '', new Date(Date.now() - n * minuteMs));

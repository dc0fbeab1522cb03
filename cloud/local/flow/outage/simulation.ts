import { makeBootClocks } from '../../../functions/ingest/boot-clocks.ts';
import type { SearchResult } from '../../../functions/ingest/ingest.ts';
import { makeIngest } from '../../../functions/ingest/ingest.ts';
import { MemoryLedger } from '../../../functions/ingest/ledger-for-tests.ts';
import { makePatientSearch } from '../../../functions/ingest/patient-search.ts';
import { makeHandler } from '../../../functions/ingest/redrive.ts';
import { noGuard, sitesOf } from '../../../functions/ingest/surroundings-for-tests.ts';
import { readJpegSize } from '../../../functions/jpeg.ts';
import { MemoryMetrics } from '../../../functions/metrics-for-tests.ts';
import { makeChance } from '../../faults/chance.ts';
import { makeAsyncEvents } from '../../lambda/async-events.ts';
import type { InvocationResult } from '../../lambda/invoker.ts';
import { makeQueuePoller } from '../../lambda/queue-poller.ts';
import { makeQueue } from '../../sqs/queue.ts';
import { type Arrival, personIn, thingOf } from './arrivals.ts';
import type { DeliverySettings } from './delivery-settings.ts';
import { makeMemoryRecords } from './memory-records.ts';
import { makeRekognitionDouble, type RekognitionTrouble } from './rekognition-double.ts';
import { makeVirtualTime } from './virtual-time.ts';

/** What a simulation came to. */
export type Result = {
  /** Sightings of people that did not end as that person's, by passage id. */
  readonly lost: readonly string[];
  /** People with more than one punch, or none. */
  readonly wronglyPunched: readonly string[];
  readonly deadLetters: number;
  readonly stillWaiting: number;
  /** Events that Lambda had to try again, and those that it gave up. */
  readonly triedAgain: number;
  readonly rejected: number;
  readonly timeouts: number;
  readonly calls: ReturnType<ReturnType<typeof makeRekognitionDouble>['calls']>;
  /** From the first arrival, in seconds of the simulation. */
  readonly lastVerdictSeconds: number;
};

type Handler = ReturnType<typeof makeHandler>;
type Search = (image: Uint8Array) => Promise<SearchResult>;

/** Ways to break ingest, to see that the check would notice. */
export type Mutation = {
  readonly search?: (search: Search) => Search;
  readonly handler?: (handler: Handler) => Handler;
};

/** Lambda runs so many of a function at once in a new account; the quota of searches is far below. */
const concurrency = 1000;
const searchMs = 400;
const longestMs = 24 * 3_600_000;
const site = {
  id: 'main',
  name: 'Main office',
  timeZone: 'Europe/Berlin',
  acceptSimilarity: 99,
  margin: 2,
  duplicatePunchMinutes: 2,
  photoPolicy: 'never' as const,
};
const silent = { info: () => {}, warn: () => {}, error: () => {} };

/**
 * Lets deliveries arrive while Rekognition is in trouble and waits, in virtual time, until nothing is under way. Ingest is the real
 * one with its patience, batches and classes of errors; so are Lambda's asynchronous retries, the on-failure queue, its mapping and
 * the dead-letter queue of the local cloud, with the template's settings. Doubles stand for Rekognition and the table.
 * Left out is the SDK's own slowing down, so that more searches are refused here than on AWS.
 */
export const simulate = async ({
  settings,
  arriving,
  doors,
  trouble,
  mutation = {},
}: {
  readonly settings: DeliverySettings;
  readonly arriving: readonly Arrival[];
  readonly doors: number;
  readonly trouble: RekognitionTrouble;
  readonly mutation?: Mutation;
}): Promise<Result> => {
  const fromMs = Math.min(...arriving.map(({ atMs }) => atMs));
  const time = makeVirtualTime(fromMs);
  const { now, schedule, sleep } = time;
  const ledger = new MemoryLedger();
  for (let door = 0; door < doors; door += 1) {
    const thing = thingOf(door);
    ledger.doors.set(thing, {
      thing,
      serial: `door-${door}`,
      name: 'Door',
      site: site.id,
      direction: 'auto',
    });
  }
  for (const { person } of arriving) if (person !== null) ledger.people.set(person, personNamed(person));

  const rekognition = makeRekognitionDouble({ trouble, find: whoIsIn, latencyMs: searchMs, now, sleep });
  const metrics = new MemoryMetrics();
  let lastVerdictMs = fromMs;
  const search: Search = (image) => rekognition.search(image);
  const ingest = makeIngest({
    ledger,
    clocks: makeBootClocks({ ledger, sites: sitesOf(site), log: silent }),
    searchFaces: makePatientSearch({
      search: mutation.search?.(search) ?? search,
      sleep,
      random: makeChance(1),
      metrics,
      log: silent,
    }),
    sendVerdict: async () => {
      lastVerdictMs = now();
    },
    sites: sitesOf(site),
    guard: noGuard,
    log: silent,
    metrics,
    now,
  });
  const whole = makeHandler({ ingest, log: silent });
  const handler = mutation.handler?.(whole) ?? whole;

  let timeouts = 0;
  const run = async (event: unknown): Promise<InvocationResult> => {
    const deadlineMs = now() + settings.timeoutSeconds * 1000;
    try {
      const payload = await handler(event, { getRemainingTimeInMillis: () => deadlineMs - now() });
      if (now() > deadlineMs) timeouts += 1;
      return { payload: payload ?? null };
    } catch {
      return { payload: null, functionError: 'Unhandled' };
    }
  };

  const queues = makeQueues(settings, { schedule, now });
  const events = makeAsyncEvents({
    functionName: 'ingest',
    roleArn: 'role',
    run,
    settings: () => ({ ...settings, onFailureArn: 'failed' }),
    records: makeMemoryRecords(),
    queues: {
      send: async (_, body) =>
        void (await queues.failed.send({ body, attributes: {}, senderId: 'lambda' }, 0)),
    },
    limit: concurrency,
    neverRuns: false,
    deliveries: () => [0],
    schedule,
    now,
    log: silent,
  });
  const poller = makeQueuePoller({
    queue: {
      visibilitySeconds: settings.failedQueue.visibilitySeconds,
      receive: (options) =>
        queues.failed.receive({ ...options, visibilitySeconds: settings.failedQueue.visibilitySeconds }),
      delete: async (handles) => {
        for (const handle of handles) await queues.failed.delete(handle);
      },
      onAvailable: queues.failed.onAvailable,
    },
    queueArn: 'arn:aws:sqs:eu-central-1:000000000000:failed',
    functionName: 'ingest',
    run,
    batchSize: settings.batchSize,
    reportsFailures: settings.reportsFailures,
    maxConcurrency: settings.maxConcurrency,
    schedule,
    log: silent,
  });

  await events.start();
  poller.start();
  for (const { atMs, event } of arriving) schedule(atMs - fromMs, () => void events.add(event));
  const ended = await time.run(longestMs);

  const stored = [...ledger.sightings.values()];
  const people = arriving.flatMap(({ person }) => person ?? []);
  const punches = [...ledger.punches.values()];
  const { visible, inFlight } = queues.failed.depth();
  return {
    lost: arriving
      .filter(({ person, passageId }) => person !== null && !isMatched(stored, passageId, person))
      .map(({ passageId }) => passageId),
    wronglyPunched: people.filter(
      (person) => punches.filter(({ personId }) => personId === person).length !== 1,
    ),
    deadLetters: queues.dead.depth().visible,
    stillWaiting: visible + inFlight + events.counts().pending + (ended ? 0 : 1),
    triedAgain: events.counts().retried + events.counts().discarded,
    rejected: metrics.values.filter(({ metric }) => metric.startsWith('Rejections:')).length,
    timeouts,
    calls: rekognition.calls(),
    lastVerdictSeconds: (lastVerdictMs - fromMs) / 1000,
  };
};

/** What is not as promised, as readable lines: none when nothing was lost. */
export const broken = (result: Result): readonly string[] =>
  Object.entries({
    'sightings lost': result.lost.length,
    'people without exactly one punch': result.wronglyPunched.length,
    'dead letters': result.deadLetters,
    'still waiting': result.stillWaiting,
    'timed out': result.timeouts,
  }).flatMap(([what, count]) => (count === 0 ? [] : [`${count} ${what}`]));

const isMatched = (
  stored: readonly { passageId: string; outcome: string; personId?: string | undefined }[],
  passageId: string,
  person: string,
): boolean =>
  stored.some((one) => one.passageId === passageId && one.outcome === 'matched' && one.personId === person);

const whoIsIn = (image: Uint8Array): SearchResult => {
  const size = readJpegSize(image);
  if (size === null) throw new Error('ingest let through what is no picture');
  return {
    kind: 'faces',
    candidates: [{ personId: personIn(size.width, size.height), similarity: 99.9 }],
  };
};

const personNamed = (id: string) => ({
  id,
  name: 'Ada Example',
  number: id,
  site: site.id,
  status: 'active' as const,
  consent: { version: '1', language: 'en', at: '2026-11-01T08:00:00.000Z', by: 'hr' },
  createdAt: '2026-11-01T08:00:00.000Z',
});

const makeQueues = (
  { failedQueue, deadQueue }: DeliverySettings,
  time: Pick<Parameters<typeof makeQueue>[0], 'schedule' | 'now'>,
) => {
  const records = makeMemoryRecords();
  const dead = makeQueue({
    name: 'dead',
    arn: 'dead',
    settings: deadQueue,
    records,
    deadLetterQueue: () => undefined,
    ...time,
  });
  const failed = makeQueue({
    name: 'failed',
    arn: 'failed',
    settings: failedQueue,
    records,
    deadLetterQueue: () => dead,
    ...time,
  });
  return { failed, dead };
};

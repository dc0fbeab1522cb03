import { usablePeople } from '../../../../device/camera/replay/sample-people.ts';
import type { StoredEntry } from '../../../../device/outbox/entry-file.ts';
import type { ApiClient } from '../../../../scripts/api-client.ts';
import { until } from '../../../../scripts/running-product.ts';
import type { AsyncCounts } from '../../lambda/async-events.ts';
import { makeHeldSchedule } from '../held-schedule.ts';
import { enrol, type Installation, startInstallation } from '../installation.ts';
import { allowDoor, connectDoor, provisionDoor, sightingOf, type TestDoor } from '../test-door.ts';

const pollMs = 5;
const limitMs = 60_000;

type FunctionName = 'ingest' | 'watch' | 'days';

/** One running installation with a door and an enrolled person, in which flows run one after the other. */
export type World = {
  readonly installation: Installation;
  readonly hr: ApiClient;
  readonly facilities: ApiClient;
  readonly manager: ApiClient;
  /** The enrolled person, and the sample whose face that is. */
  readonly person: { readonly id: string; readonly sample: string };
  /** For sightings. */
  readonly door: TestDoor;
  /** For reports; it never delivers anything. */
  readonly silentDoor: TestDoor;
  /** A number that was not used before. */
  next(): number;
  /** Runs every retry, redelivery and rest that waits for its time. */
  release(): void;
  /** Fires the schedules as if it were a few minutes later. */
  fireSchedules(): Promise<void>;
  /** Call before what makes the function run; what it returns resolves when one more run has ended, and rejects when that failed. */
  runOf(name: FunctionName): () => Promise<void>;
  /** What became of the function's events so far. */
  counts(name: FunctionName): AsyncCounts;
  /** Publishes and waits until ingest is through with it. Rejects when ingest failed. */
  deliver(entry: StoredEntry): Promise<void>;
  /** Begins to read the local cloud's log. */
  listen(): Listening;
  queue(name: string): { readonly visible: number; readonly inFlight: number };
  /** Lets everything that waits to be tried again be tried until nothing waits. */
  settle(): Promise<void>;
  stop(): Promise<void>;
};

/** The local cloud's log from some moment on. */
type Listening = {
  /** Resolves when `done` is true; rejects when one of the events `failures` has been logged. */
  waitFor(what: string, done: () => boolean, ...failures: readonly string[]): Promise<void>;
};

/** Minutes between two firings; more than the gap detector's patience. */
const minutesOn = 4;

export const startWorld = async (): Promise<World> => {
  const held = makeHeldSchedule();
  let aheadMs = 0;
  let firings = 0;
  const installation = await startInstallation(undefined, {
    now: () => Date.now() + aheadMs,
    schedule: held.schedule,
  });
  const { cloud, hr } = installation;
  const facilities = await installation.as('facilities');
  const doorNamed = async (serial: string): Promise<TestDoor> =>
    connectDoor(installation, await provisionDoor(installation, serial, await allowDoor(facilities, serial)));

  const counts = (name: FunctionName): AsyncCounts => {
    const found = cloud.functions().find((one) => one.name === `rollcall-dev-${name}`);
    if (found === undefined) throw new Error(`there is no function ${name}`);
    return found.asynchronous;
  };
  const poll = (what: string, done: () => boolean): Promise<true> =>
    until(what, async () => (done() ? true : undefined), pollMs, limitMs);

  const runOf: World['runOf'] = (name) => {
    const before = counts(name);
    const failures = ({ retried, discarded }: typeof before) => retried + discarded;
    return async () => {
      await poll(`a run of ${name}`, () => {
        const now = counts(name);
        return now.succeeded > before.succeeded || failures(now) > failures(before);
      });
      if (failures(counts(name)) > failures(before)) throw new Error(`${name} failed`);
    };
  };
  const deliver: World['deliver'] = async (entry) => {
    const ran = runOf('ingest');
    const { door } = world;
    const answer = await door.publish(entry);
    if (answer.kind !== 'puback' || answer.reasonCode !== 0) throw new Error('the broker did not take it');
    await ran();
  };
  const queue: World['queue'] = (name) => {
    const found = cloud.queues().find((one) => one.name === `rollcall-dev-${name}`);
    if (found === undefined) throw new Error(`there is no queue ${name}`);
    return found;
  };
  let numbers = 0;

  const sample = usablePeople()[0]?.id ?? '';
  const { id } = await enrol(hr, sample, 'Ada Example');
  const world: World = {
    installation,
    hr,
    facilities,
    manager: await installation.as('manager'),
    person: { id, sample },
    door: await doorNamed('grants-1'),
    silentDoor: await doorNamed('grants-2'),
    next: () => {
      numbers += 1;
      return numbers;
    },
    release: held.release,
    async fireSchedules() {
      firings += 1;
      // The functions sign with the machine's clock, and what is made while the cloud's is ahead counts as not yet due when it is right
      // again. So it is ahead only while the scheduler sees what is due, before it first waits; then the calls are let go.
      aheadMs = firings * minutesOn * 60_000;
      const fired = cloud.fireSchedules();
      aheadMs = 0;
      await fired;
      held.release();
    },
    runOf,
    counts,
    deliver,
    listen() {
      const before = installation.logged.length;
      return {
        async waitFor(what, done, ...failures) {
          const failure = () =>
            installation.logged.slice(before).find(({ event }) => failures.includes(event))?.event;
          await poll(what, () => failure() !== undefined || done());
          const failed = failure();
          if (failed !== undefined) throw new Error(`${what} did not come: ${failed}`);
        },
      };
    },
    queue,
    async settle() {
      await poll('that nothing waits', () => {
        held.release();
        const { visible, inFlight } = queue('ingest-failed');
        const pending = counts('ingest').pending + counts('watch').pending + counts('days').pending;
        return visible + inFlight + pending === 0;
      });
    },
    async stop() {
      await Promise.all([world.door.stop(), world.silentDoor.stop()]);
      await installation.stop();
    },
  };
  // A punch that lists can show; and every function that a door needs is warm.
  await deliver(await world.door.keep(await sightingOf(sample)));
  return world;
};

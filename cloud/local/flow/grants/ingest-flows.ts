import { randomUUID } from 'node:crypto';
import type { NewEntry } from '../../../../device/outbox/outbox.ts';
import { sightingOf } from '../test-door.ts';
import { roleNamed } from './roles.ts';
import type { World } from './world.ts';

/** A sighting of the enrolled person whose door does not know the time yet; its own clock stands at its beginning. */
export const unsyncedSighting = async ({ person }: World, bootId: string): Promise<NewEntry> => {
  const entry = await sightingOf(person.sample);
  return {
    ...entry,
    facts: { ...entry.facts, bootId, clock: 'unsynced', capturedAt: '1970-01-01T00:10:00.000Z' },
  } as NewEntry;
};

const dayMs = 86_400_000;

/** The enrolled person comes in. */
export const sighting = async (world: World): Promise<void> => {
  const { door, person } = world;
  const entry = await door.keep(await sightingOf(person.sample));
  await world.deliver(entry);
  await world
    .listen()
    .waitFor('the verdict', () =>
      door.verdicts.some(({ passageId, outcome }) => passageId === entry.passageId && outcome === 'matched'),
    );
};

/** A door sends a sighting before it knows the time, and one after. */
export const unsyncedClock = async (world: World): Promise<void> => {
  const { door, person } = world;
  const bootId = randomUUID();
  await world.deliver(await door.keep(await unsyncedSighting(world, bootId)));
  const later = await sightingOf(person.sample);
  await world.deliver(await door.keep({ ...later, facts: { ...later.facts, bootId } } as NewEntry));
};

/** A sighting comes late and turns the later punch of the day, which was a coming, into a going. */
export const lateSighting = async (world: World): Promise<void> => {
  const { door, person } = world;
  // Days of their own, far enough from each other that no two decide about one another.
  const noonMs = Math.floor(Date.now() / dayMs - 3 * world.next()) * dayMs + 12 * 3_600_000;
  for (const hours of [0, -3])
    await world.deliver(
      await door.keep(await sightingOf(person.sample, new Date(noonMs + hours * 3_600_000))),
    );
};

/** What ingest failed at three times goes through the on-failure queue back to ingest. */
export const redelivery = async (world: World): Promise<void> => {
  const { door, person } = world;
  const { cloud } = world.installation;
  const log = world.listen();
  const { discarded } = world.counts('ingest');
  // A failure that no patience inside the invocation cures.
  const endFailure = cloud.withdraw(roleNamed(cloud, 'IngestFunctionRole'), 'rekognition:SearchFacesByImage');
  const queue = 'ingest-failed';
  const hold = await cloud.faults.add({
    kind: 'delay',
    service: 'sqs-polling',
    operation: `rollcall-dev-${queue}`,
    ms: 60_000,
  });
  try {
    await door.publish(await door.keep(await sightingOf(person.sample)));
    await log.waitFor('the last try', () => {
      world.release();
      return world.counts('ingest').discarded > discarded;
    });
    await log.waitFor('a batch', () => world.queue(queue).inFlight > 0, ...queueFailures);
  } finally {
    endFailure();
    await cloud.faults.remove(hold.id);
  }
  await log.waitFor(
    'the redelivery',
    () => {
      world.release();
      const { visible, inFlight } = world.queue(queue);
      return visible + inFlight === 0;
    },
    ...queueFailures,
  );
};

/** What the local cloud logs when Lambda may not send to the on-failure queue, or not read it. */
const queueFailures = ['lambda.destination_failed', 'lambda.poll_failed'];

/** A rule that does not reach ingest hands the message to the dead-letter queue. */
export const ruleError = async (world: World): Promise<void> => {
  const { door, person, installation } = world;
  await installation.cloud.faults.add({
    kind: 'fail',
    service: 'iot-rules',
    operation: 'rollcall_dev_sightings',
    times: 1,
  });
  const before = world.queue('ingest-dead').visible;
  const log = world.listen();
  await door.publish(await door.keep(await sightingOf(person.sample)));
  await log.waitFor(
    'the message in the dead-letter queue',
    () => world.queue('ingest-dead').visible > before,
    'iot.rule.error_action_failed',
  );
};

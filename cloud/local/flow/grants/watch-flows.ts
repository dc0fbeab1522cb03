import { randomUUID } from 'node:crypto';
import { passageWithoutFace } from '../test-door.ts';
import { unsyncedSighting } from './ingest-flows.ts';
import { type RoleLabel, roleNamed } from './roles.ts';
import type { World } from './world.ts';

/** A report tells the clock of a boot, and a sighting that has waited for it is counted. */
export const clockReport = async (world: World): Promise<void> => {
  const { door } = world;
  const bootId = randomUUID();
  await world.deliver(await door.keep(await unsyncedSighting(world, bootId)));
  const ran = world.runOf('watch');
  await door.report({ bootId, clock: 'synced' });
  await ran();
};

/** A report that nothing waits at the door and nothing is missing, so only what waits in the cloud keeps its days open. */
export const allSaid = async (world: World): Promise<void> => {
  const ran = world.runOf('watch');
  await world.door.report({ waiting: 0 });
  await ran();
};

/** A passage that was lost behind the broker's back is missed, and people are told. */
export const gap = async (world: World): Promise<void> => {
  const { silentDoor } = world;
  await silentDoor.forget(await silentDoor.keep(passageWithoutFace()));
  const noticed = world.runOf('watch');
  await silentDoor.report();
  await noticed();
  const raised = world.runOf('watch');
  await world.fireSchedules();
  await raised();
};

/** The schedule has the gaps looked at. */
export const minuteCheck = async (world: World): Promise<void> => {
  const log = world.listen();
  const { succeeded } = world.counts('watch');
  await world.fireSchedules();
  await log.waitFor('the check', () => world.counts('watch').succeeded > succeeded, 'scheduler.given_up');
};

/** A check that cannot be handed to its function is kept in a queue. */
export const lostCheck = (world: World): Promise<void> =>
  lostCall(world, { role: 'WatchScheduleRole', queue: 'watch-dead', fire: world.fireSchedules });

/** What a schedule that may not call its function does with the call. */
export const lostCall = async (
  world: World,
  lost: { readonly role: RoleLabel; readonly queue: string; readonly fire: () => Promise<void> },
): Promise<void> => {
  const { cloud } = world.installation;
  const { visible } = world.queue(lost.queue);
  const log = world.listen();
  const endFailure = cloud.withdraw(roleNamed(cloud, lost.role), 'lambda:InvokeFunction');
  try {
    await lost.fire();
    await log.waitFor(
      'the call in its queue',
      () => world.queue(lost.queue).visible > visible,
      'scheduler.dead_letter_failed',
    );
  } finally {
    endFailure();
  }
};

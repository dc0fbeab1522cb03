import { sighting } from './ingest-flows.ts';
import { lostCall } from './watch-flows.ts';
import type { World } from './world.ts';

/** The days are kept every five minutes, which two firings are more than. */
const fire = async (world: World): Promise<void> => {
  await world.fireSchedules();
  await world.fireSchedules();
};

/** Somebody is seen, and the schedule has their day derived and the site's date looked over. */
export const keptDays = async (world: World): Promise<void> => {
  await sighting(world);
  // A call of an earlier firing that waits for its time would be taken for the one that is meant.
  await world.settle();
  const log = world.listen();
  const { succeeded, retried, discarded } = world.counts('days');
  const hasFailed = (now = world.counts('days')) => now.retried + now.discarded > retried + discarded;
  await fire(world);
  const hasEnded = () => hasFailed() || world.counts('days').succeeded > succeeded;
  await log.waitFor('the days', hasEnded, 'scheduler.given_up');
  if (hasFailed()) throw new Error('days failed');
};

/** A call that cannot be handed to its function is kept in a queue. */
export const lostKeeping = (world: World): Promise<void> =>
  lostCall(world, { role: 'DaysScheduleRole', queue: 'days-dead', fire: () => fire(world) });

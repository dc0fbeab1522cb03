import { makeTableClient } from '../aws-clients.ts';
import { readEnvironment } from '../environment.ts';
import { makeLog } from '../log.ts';
import { makeSiteDirectory } from '../sites/site-directory.ts';
import { KeepDays } from './events.ts';
import { makeKeepDays } from './keep-days.ts';

const environment = readEnvironment('TABLE_NAME', 'SITES');
const table = { client: makeTableClient(), tableName: environment.TABLE_NAME };
const sites = makeSiteDirectory({ table, configured: environment.SITES, now: Date.now });
const log = makeLog('days');

/** To finish what is begun, and to say how far it came. */
const reservedMs = 30_000;

/** The schedule calls this function every few minutes; an event that is not its own is a mistake of the template and throws. */
export const handler = async (
  event: unknown,
  context: { getRemainingTimeInMillis(): number },
): Promise<void> => {
  const { at } = KeepDays.parse(event);
  const startedMs = Date.now();
  // Time goes by from the instant that the schedule meant: a call that comes late closes nothing that its instant does not.
  const now = () => at + Date.now() - startedMs;
  await makeKeepDays({ table, sites, now, log })(() => context.getRemainingTimeInMillis() - reservedMs);
};

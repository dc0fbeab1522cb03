import { makeTableClient } from '../aws-clients.ts';
import { readEnvironment } from '../environment.ts';
import { makeLog } from '../log.ts';
import { makeDynamoAllowList } from './allow-list.ts';
import { makeProvisioningHook } from './provisioning-hook.ts';

const environment = readEnvironment('TABLE_NAME');

/** AWS IoT calls this before it registers a door; an error counts as a refusal there. */
export const handler = makeProvisioningHook({
  allowList: makeDynamoAllowList({ client: makeTableClient(), tableName: environment.TABLE_NAME }),
  now: Date.now,
  log: makeLog('provisioning-hook'),
});

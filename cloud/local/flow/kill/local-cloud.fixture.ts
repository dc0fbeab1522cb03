import { once } from 'node:events';
import { startLocalCloud } from '../../local-cloud.ts';

/**
 * Runs the local cloud as `npm start` does, without people and a door, and says where it is once it is up. It has loaded all of its
 * code before it waits for the word to start; without the word, because whoever should give it is gone, it ends.
 */
const [, , assemblyDir = '', stateDir = ''] = process.argv;
process.stdin.once('end', () => process.exit(0));
await once(process.stdin, 'data');
const cloud = await startLocalCloud({
  assemblyDir,
  stateDir,
  dashboardPort: 0,
  log: { info() {}, warn() {} },
});
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => void cloud.stop().then(() => process.exit(0)));
const { dashboardUrl, apiUrl, awsUrl, region, iot, outputs } = cloud;
process.stdout.write(`${JSON.stringify({ dashboardUrl, apiUrl, awsUrl, region, iot, outputs })}\n`);

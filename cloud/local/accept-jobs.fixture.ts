import { z } from 'zod';
import { makeDurableJobs } from './durable-jobs.ts';
import { makeRecordStore } from './durable-records.ts';

/** Accepts jobs as fast as it can until it is killed, and says each that it has accepted. With `hasty` it says so before it is true. */
const [, , dir = '', hasty] = process.argv;
const store = makeRecordStore(dir);
await store.open();
const jobs = makeDurableJobs({
  records: store.section('jobs'),
  stateSchema: z.object({ tries: z.number() }),
  limit: 1,
  work: async () => 'done',
  schedule: () => () => {},
  now: () => 0,
  log: { info() {}, warn() {} },
});
const payload = 'x'.repeat(100_000);
for (let n = 0; ; n += 1) {
  const id = String(n);
  if (hasty !== undefined) process.send?.(id);
  await jobs.add({ id, payload, state: { tries: 0 } });
  if (hasty === undefined) process.send?.(id);
}

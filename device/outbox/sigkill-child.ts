import { systemClock } from '../clock.ts';
import { makeMemoryLog } from '../log.ts';
import { nodeDisk } from './disk.ts';
import { exampleSighting } from './examples.ts';
import { openFileOutbox } from './file-outbox.ts';

/** A process for sigkill.test.ts to kill: fills an outbox for ever and says on stdout what it promised, one line each. */
const [, , folder = ''] = process.argv;
const outbox = await openFileOutbox({
  folder,
  maxBytes: 1e9,
  disk: nodeDisk,
  clock: systemClock,
  log: makeMemoryLog(),
});
const say = (line: string) => new Promise((resolve) => process.stdout.write(`${line}\n`, resolve));

for (;;) {
  const seq = await outbox.add(exampleSighting(`run ${process.pid}`, 40_000));
  await say(`accepted ${seq}`);
  if (seq % 3 !== 0) continue;
  const [oldest] = outbox.pending();
  if (oldest === undefined) continue;
  await say(`delivered ${oldest}`);
  await outbox.remove(oldest);
}

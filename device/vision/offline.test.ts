import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { OfflineReport } from './offline-child.ts';
import { typescriptLoader } from './worker-thread.ts';

it('finds faces with every detector without ever reaching for the network', async () => {
  const child = fork(fileURLToPath(new URL('./offline-child.ts', import.meta.url)), [], {
    execArgv: ['--import', typescriptLoader],
  });
  const [report] = (await once(child, 'message')) as [OfflineReport];
  // TinyFaceDetector misses one of three.
  expect(report.faces).toEqual([3, 3, 2, 3]);
  // The child's own last call, which shows that nothing before it could have gone unnoticed.
  expect(report.attempts).toEqual(['fetch']);
});

import { execFile } from 'node:child_process';
import { expect, it } from 'vitest';
import { root } from '../assembly.ts';
import { contractTests } from './contract-tests.ts';

it('runs every contract test against a whole stack: here a local cloud, by the way that AWS would go', async () => {
  // Without this run's own variables, so that the test runner inside starts as from a terminal.
  const { PATH, HOME } = process.env;
  const ended = await new Promise<{ code: number; output: string }>((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', 'scripts/test-aws.ts', '--local'],
      { cwd: root, env: { PATH, HOME, NO_COLOR: '1' } },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
    );
  });
  expect(ended).toEqual({ code: 0, output: expect.stringMatching(/Test Files +\d+ passed/) });
  for (const file of contractTests) expect(ended.output).toContain(file);
});

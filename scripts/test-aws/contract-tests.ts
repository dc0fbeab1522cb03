import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestTarget } from '../../cloud/local/differential/environment.ts';
import { root } from '../assembly.ts';
import { runProgram } from './run-program.ts';

/** The tests that take a target: they assume nothing of its content and remove what they make. */
export const contractTests = [
  'cloud/local/cognito/admin-api.contract.test.ts',
  'cloud/local/differential/stack-services.flow.test.ts',
  'cloud/local/dynamodb/items.contract.test.ts',
  'cloud/local/dynamodb/transactions.contract.test.ts',
  'cloud/local/s3/presigned.contract.test.ts',
  'cloud/local/s3/s3.contract.test.ts',
] as const;

/** Runs them against the target and resolves with the test runner's exit code. */
export async function runContractTests(target: TestTarget, signal: AbortSignal): Promise<number> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'rollcall-target-'));
  const file = path.join(folder, 'target.json');
  writeFileSync(file, JSON.stringify(target), { mode: 0o600 });
  const runner = path.join(root, 'node_modules/vitest/vitest.mjs');
  try {
    return await runProgram(
      [process.execPath, runner, 'run', '--root', root, ...contractTests],
      { ROLLCALL_TEST_TARGET: file },
      signal,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

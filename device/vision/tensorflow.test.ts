import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { loadTensorflow, VisionRuntimeError } from './tensorflow.ts';

it('fails instead of running on the slow JavaScript backend when WebAssembly does not come up', async () => {
  const empty = await mkdtemp(path.join(tmpdir(), 'rollcall-no-wasm-'));
  const loading = loadTensorflow('wasm', empty);
  await expect(loading).rejects.toThrow(VisionRuntimeError);
  await expect(loading).rejects.toThrow(/instead of "wasm".*npm ci/);
});

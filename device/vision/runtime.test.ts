import { expect, it } from 'vitest';
import { type Candidate, chooseRuntime, type Runtime } from './runtime.ts';
import { VisionRuntimeError } from './tensorflow.ts';

/** A probe that lets only some runtimes pass, and remembers which it was asked for. */
const probeThatAccepts = (...working: readonly Runtime[]) => {
  const asked: Runtime[] = [];
  const probe = async ({ runtime }: Candidate) => {
    asked.push(runtime);
    return working.includes(runtime) ? undefined : `no ${runtime} here`;
  };
  return { asked, probe };
};

it('takes the fastest runtime that passes its probe and does not try the slower ones', async () => {
  const { asked, probe } = probeThatAccepts('onnx', 'tfjs-node');
  expect(await chooseRuntime({ detector: 'blazeface', runtime: 'auto' }, probe)).toEqual({
    runtime: 'onnx',
    rejected: [],
  });
  expect(asked).toEqual(['onnx']);
});

it('falls back step by step to WebAssembly, which needs no probe, and says why', async () => {
  const { asked, probe } = probeThatAccepts();
  expect(await chooseRuntime({ detector: 'blazeface', runtime: 'auto' }, probe)).toEqual({
    runtime: 'wasm',
    rejected: [
      { runtime: 'onnx', why: 'no onnx here' },
      { runtime: 'tfjs-node', why: 'no tfjs-node here' },
    ],
  });
  expect(asked).toEqual(['onnx', 'tfjs-node']);
});

it('never runs face-api on ONNX Runtime', async () => {
  const { probe } = probeThatAccepts('onnx', 'tfjs-node');
  expect((await chooseRuntime({ detector: 'face-api', runtime: 'auto' }, probe)).runtime).toBe('tfjs-node');
  await expect(chooseRuntime({ detector: 'face-api', runtime: 'onnx' }, probe)).rejects.toThrow(
    /face-api does not work on the runtime onnx.*set the runtime to auto or wasm/,
  );
});

it('takes no other runtime than the one that is set', async () => {
  const { asked, probe } = probeThatAccepts('onnx');
  expect((await chooseRuntime({ detector: 'blazeface', runtime: 'wasm' }, probe)).runtime).toBe('wasm');
  expect(asked).toEqual([]);
  const choosing = chooseRuntime({ detector: 'blazeface', runtime: 'tfjs-node' }, probe);
  await expect(choosing).rejects.toThrow(VisionRuntimeError);
  await expect(choosing).rejects.toThrow('(no tfjs-node here)');
});

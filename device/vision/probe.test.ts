import { expect, it } from 'vitest';
import { makeMemoryLog } from '../log.ts';
import { makeFaceFinder } from './face-finder.ts';
import { probeRuntime } from './probe.ts';
import type { Candidate } from './runtime.ts';

const realEngine = new URL('./engine.ts', import.meta.url).href;
const engineThat = (code: string) => new URL(`data:text/javascript,${encodeURIComponent(code)}`);

/** Engines that are broken in every way that native libraries are known to be. */
const killedBy = (signal: string) =>
  engineThat(
    `export const loadDetector = () => process.kill(process.pid, '${signal}') && new Promise(() => {});`,
  );
const hanging = engineThat('export const loadDetector = () => { for (;;); };');
const throwing = engineThat(
  `export const loadDetector = () => { throw new Error('GLIBC_2.38 not found'); };`,
);
const findingNothing = engineThat('export const loadDetector = async () => ({ detect: async () => [] });');
const wrongBy = (change: string) =>
  engineThat(`import { loadDetector as load } from '${realEngine}';
    export const loadDetector = async (engine, tensorflow) => {
      const detector = await load({ ...engine, runtime: 'wasm' }, tensorflow);
      return { detect: async (...input) => (await detector.detect(...input)).map((face) => (${change})) };
    };`);

const onnx: Candidate = { detector: 'blazeface', runtime: 'onnx' };

it('lets ONNX Runtime pass where it works', async () => {
  expect(await probeRuntime(onnx)).toBeUndefined();
});

it.each([
  ['ends with an illegal instruction', killedBy('SIGILL'), 'its probe was ended by SIGILL'],
  ['reads memory that is not its own', killedBy('SIGSEGV'), 'its probe was ended by SIGSEGV'],
  ['does not load', throwing, 'it fails: GLIBC_2.38 not found'],
  ['finds nothing', findingNothing, 'it finds 0 faces instead of 3'],
  [
    'puts boxes a pixel off',
    wrongBy('{ ...face, box: { ...face.box, x: face.box.x + 1 } }'),
    'its boxes are wrong',
  ],
  ['computes scores that are no numbers', wrongBy('{ ...face, score: NaN }'), 'its scores are wrong'],
])('rejects a runtime that %s', async (_, engine, why) => {
  expect(await probeRuntime(onnx, { engine })).toBe(why);
});

it('rejects a runtime that hangs', async () => {
  expect(await probeRuntime(onnx, { engine: hanging, limitMs: 1000 })).toBe(
    'its probe was not done after 1 s',
  );
});

it('rejects a runtime that is not installed without starting anything', async () => {
  const why = await probeRuntime(
    { detector: 'face-api', runtime: 'tfjs-node' },
    { engine: hanging, limitMs: 1 },
  );
  expect(why).toMatch(/^it is not installed$|not done after/);
});

it('goes on with WebAssembly, and says so, where the native runtime crashes', async () => {
  const log = makeMemoryLog();
  const probe = (candidate: Candidate) => probeRuntime(candidate, { engine: killedBy('SIGILL') });
  const finder = await makeFaceFinder({ runtime: 'auto' }, { log, probe });
  await finder.close();
  expect(finder.runtime).toBe('wasm');
  expect(log.lines[0]).toEqual({
    event: 'vision.runtime_rejected',
    fields: { runtime: 'onnx', why: 'its probe was ended by SIGILL' },
  });
});

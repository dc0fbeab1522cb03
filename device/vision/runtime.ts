import type { DetectorName } from './detector.ts';
import { VisionRuntimeError } from './tensorflow.ts';

/** What computes: ONNX Runtime, native TensorFlow, or TensorFlow.js in WebAssembly, which is always there. */
export type Runtime = 'onnx' | 'tfjs-node' | 'wasm';
export type RuntimeSetting = 'auto' | Runtime;

/** What each detector can run on, fastest first. */
const runtimesOf: Readonly<Record<DetectorName, readonly Runtime[]>> = {
  blazeface: ['onnx', 'tfjs-node', 'wasm'],
  'face-api': ['tfjs-node', 'wasm'],
  'face-api-ssd': ['tfjs-node', 'wasm'],
};

export type Candidate = { readonly detector: DetectorName; readonly runtime: Runtime };

/** Tries a native runtime without risk to this process; resolves with what is wrong with it, or with undefined. */
export type Probe = (candidate: Candidate) => Promise<string | undefined>;

export type RuntimeChoice = {
  readonly runtime: Runtime;
  /** Faster ones that do not work here, and why. */
  readonly rejected: readonly { readonly runtime: Runtime; readonly why: string }[];
};

/**
 * Chooses the runtime for a detector: with `auto` the fastest that its probe lets pass, else the one that is set, which is probed
 * too. Nothing is remembered from start to start: a probe takes a second or two, and an update of anything may change its answer.
 * Throws a VisionRuntimeError when the one that is set does not work.
 */
export const chooseRuntime = async (
  { detector, runtime: setting }: { readonly detector: DetectorName; readonly runtime: RuntimeSetting },
  probe: Probe,
): Promise<RuntimeChoice> => {
  const rejected: { runtime: Runtime; why: string }[] = [];
  const known = runtimesOf[detector];
  for (const runtime of setting === 'auto' ? known : known.filter((each) => each === setting)) {
    const why = runtime === 'wasm' ? undefined : await probe({ detector, runtime });
    if (why === undefined) return { runtime, rejected };
    rejected.push({ runtime, why });
  }
  throw new VisionRuntimeError(
    `The detector ${detector} does not work on the runtime ${setting} here ` +
      `(${rejected[0]?.why ?? 'it cannot run there'}): set the runtime to auto or wasm.`,
  );
};

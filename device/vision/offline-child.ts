/**
 * For tests: loads everything that looks at pictures in a process where nothing can reach the network, finds the faces of a
 * photograph with every detector, and tells its parent how many, and what tried to reach out.
 */
import dns from 'node:dns';
import net from 'node:net';
import { loadConfirmer } from './confirmer.ts';
import type { DetectorName } from './detector.ts';
import { downscaleFrame } from './downscale.ts';
import { loadDetector, tensorflowFor } from './engine.ts';
import type { Runtime } from './runtime.ts';
import { letterboxedFrame, samplePhotos } from './sample-photos.ts';

export type OfflineReport = { readonly faces: readonly number[]; readonly attempts: readonly string[] };

const attempts: string[] = [];
const refuse = (what: string) => (): never => {
  attempts.push(what);
  throw new Error(`no network: ${what}`);
};
globalThis.fetch = refuse('fetch');
net.Socket.prototype.connect = refuse('connect');
dns.lookup = refuse('lookup') as unknown as typeof dns.lookup;

const engines: readonly (readonly [DetectorName, Runtime])[] = [
  ['blazeface', 'onnx'],
  ['blazeface', 'wasm'],
  ['face-api', 'wasm'],
  ['face-api-ssd', 'wasm'],
];

const picture = downscaleFrame(await letterboxedFrame(samplePhotos[0] ?? ''), 416);
const faces: number[] = [];
for (const [detector, runtime] of engines) {
  const tensorflow = await tensorflowFor(runtime);
  const loaded = await loadDetector({ detector, runtime, threads: 1 }, tensorflow);
  faces.push((await loaded.detect(picture, 0.6)).length);
}
await (await loadConfirmer(await tensorflowFor('wasm')))(picture);
// The proof that the refusals are in place.
try {
  await fetch('http://localhost/');
} catch {}
process.send?.({ faces, attempts } satisfies OfflineReport);

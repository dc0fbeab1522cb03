import sharp from 'sharp';
import type { DetectorName } from './detector.ts';
import { type Engine, loadDetector, tensorflowFor } from './engine.ts';
import type { Face, RgbImage } from './face.ts';
import { describeDifference } from './parity.ts';
import type { ProbeReport } from './probe.ts';
import type { Runtime } from './runtime.ts';
import { scoreFloors } from './score-floors.ts';
import { packageFiles } from './tensorflow.ts';

/** Finds the faces of a photograph with WebAssembly and with the runtime to be tried, and tells its parent what differs. */
const probe = async (tried: string, detector: DetectorName, runtime: Runtime): Promise<string | null> => {
  const picture = await readPicture();
  const expected = await look(loadDetector, { detector, runtime: 'wasm', threads: 1 }, picture);
  if (expected.length === 0) return 'WebAssembly finds no face in the picture for the probe: run `npm ci`';
  const engine = (await import(tried)) as { loadDetector: typeof loadDetector };
  const actual = await look(engine.loadDetector, { detector, runtime, threads: 1 }, picture);
  return describeDifference(expected, actual) ?? null;
};

const look = async (load: typeof loadDetector, engine: Engine, picture: RgbImage): Promise<Face[]> => {
  const detector = await load(engine, await tensorflowFor(engine.runtime));
  return detector.detect(picture, scoreFloors.continue);
};

/** Three people look out of it; the size is that of a camera's picture for BlazeFace. */
const readPicture = async (): Promise<RgbImage> => {
  const file = packageFiles('@vladmandic/face-api', 'demo/sample1.jpg');
  const { data, info } = await sharp(file)
    .resize(256, 144, { fit: 'cover' })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
};

const [tried = '', detector = '', runtime = ''] = process.argv.slice(2);
// A parent that has gone is not to leave a child behind.
process.on('disconnect', () => process.exit(1));
const problem = await probe(tried, detector as DetectorName, runtime as Runtime).catch(
  (error: unknown) => `it fails: ${error instanceof Error ? error.message : String(error)}`,
);
process.send?.({ problem } satisfies ProbeReport, () => process.exit(0));

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import sharp from 'sharp';
import { ffmpeg } from '../../device/camera/ffmpeg-arguments.ts';
import { downscaleFrame } from '../../device/vision/downscale.ts';
import { letterboxedFrame, samplePhotos } from '../../device/vision/sample-photos.ts';
import { loadTensorflow } from '../../device/vision/tensorflow.ts';
import { childInput, processorSeconds, report } from './vision-child.ts';
import { loadPeer } from './vision-peer.ts';

export type ObviousRunInput = { readonly film: string };
export type ObviousRunOutput = { readonly processorSeconds: number; readonly frames: number };

/** A JPEG begins with these two bytes and ends with those; inside, a byte 0xff is never followed by either second one. */
const begin = Buffer.from([0xff, 0xd8]);
const end = Buffer.from([0xff, 0xd9]);

/** The pictures of an MJPEG stream. */
async function* jpegsOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const chunk of stream) {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const from = rest.indexOf(begin);
      const to = from < 0 ? -1 : rest.indexOf(end, from);
      if (to < 0) break;
      yield rest.subarray(from, to + 2);
      rest = rest.subarray(to + 2);
    }
  }
}

// What one would write first: FFmpeg sends JPEGs, sharp decodes them, face-api looks at every one.
const { film } = childInput<ObviousRunInput>();
const peer = await loadPeer(await loadTensorflow('wasm'), 'tiny');
await peer(downscaleFrame(await letterboxedFrame(samplePhotos[0] ?? ''), 640));

const before = processorSeconds();
const encoder = spawn(
  ffmpeg.names[0],
  ['-nostdin', '-loglevel', 'error', '-i', film, '-f', 'image2pipe', '-c:v', 'mjpeg', '-q:v', '5', 'pipe:1'],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const ended = once(encoder, 'exit');
let frames = 0;
for await (const jpeg of jpegsOf(encoder.stdout)) {
  const { data, info } = await sharp(jpeg).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  await peer({ width: info.width, height: info.height, data: new Uint8Array(data) });
  frames += 1;
}
await ended;
report({ processorSeconds: processorSeconds() - before, frames } satisfies ObviousRunOutput);

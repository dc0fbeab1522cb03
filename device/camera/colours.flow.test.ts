import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../clock.ts';
import { cropRgb } from '../vision/crop.ts';
import { FileConfig } from './config.ts';
import { makeFileCamera } from './file-camera.ts';
import { framesOf, makeFilmFolder } from './test-films.ts';

let films: Awaited<ReturnType<typeof makeFilmFolder>>;
beforeAll(async () => {
  films = await makeFilmFolder();
});
afterAll(() => films.remove());

/** The patches of the test card, from left to right: black and white tell the range, strong colours the matrix. */
const card = [
  [0, 0, 0],
  [255, 255, 255],
  [128, 128, 128],
  [190, 30, 40],
  [30, 160, 60],
  [40, 60, 190],
  [224, 172, 140],
] as const;
const patch = 64;

const cardInput = (): readonly string[] => {
  const patches = card.map((colour, index) => {
    const hex = colour.map((part) => part.toString(16).padStart(2, '0')).join('');
    return `color=c=0x${hex}:s=${patch}x${patch}:r=5:d=0.4,format=gbrp[p${index}]`;
  });
  const names = card.map((_, index) => `[p${index}]`).join('');
  return ['-filter_complex', `${patches.join(';')};${names}hstack=inputs=${card.length},split=1[card]`];
};

/** How the card is written: by which matrix and range, and whether the file says so. */
const forms: readonly [string, string, readonly string[]][] = [
  [
    'H.264, BT.709, limited range, as HD cameras send',
    'hd.mp4',
    [
      ...['-vf', 'scale=out_color_matrix=bt709:out_range=tv,format=yuv420p', '-c:v', 'libx264', '-crf', '8'],
      ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'],
    ],
  ],
  [
    'H.264, BT.601, limited range, saying nothing',
    'sd.mp4',
    ['-vf', 'scale=out_color_matrix=bt601:out_range=tv,format=yuv420p', '-c:v', 'libx264', '-crf', '8'],
  ],
  [
    'H.264, full range, as some network cameras send',
    'full.mp4',
    [
      ...['-vf', 'scale=out_color_matrix=bt601:out_range=pc,format=yuvj420p', '-c:v', 'libx264', '-crf', '8'],
      ...['-color_range', 'pc'],
    ],
  ],
  [
    'JPEG, full range',
    'card.mjpeg',
    ['-vf', 'scale=out_range=pc,format=yuvj422p', '-c:v', 'mjpeg', '-q:v', '2'],
  ],
  [
    '10 bits, BT.709, limited range',
    'ten.mkv',
    [
      ...['-vf', 'scale=out_color_matrix=bt709:out_range=tv,format=yuv420p10le', '-c:v', 'ffv1'],
      ...['-colorspace', 'bt709', '-color_range', 'tv'],
    ],
  ],
];

it.each(forms)('shows the colours that there were: %s', async (_, name, args) => {
  const [, filter = '', ...codec] = args;
  const [, graph = ''] = cardInput();
  const film = await films.make(
    name,
    ...['-filter_complex', `${graph};[card]${filter}[out]`, '-map', '[out]'],
    ...codec,
  );
  const config = FileConfig.parse({ kind: 'file', path: film, realtime: false });
  const [frame] = await framesOf(makeFileCamera(config, systemClock), 1);
  const seen = card.map((colour, index) => {
    const middle = { x: index * patch + patch / 2 - 4, y: patch / 2 - 4, width: 8, height: 8 };
    const { data } = frame ? cropRgb(frame, middle) : { data: new Uint8Array() };
    return colour.map((_part, channel) => {
      const values = data.filter((_value, at) => at % 3 === channel);
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    });
  });
  const farthest = Math.max(
    ...card.flatMap((colour, index) =>
      colour.map((part, channel) => Math.abs(part - (seen[index]?.[channel] ?? Number.NaN))),
    ),
  );
  // The wrong range is off by 16 in black, the wrong matrix by 20 in green.
  expect(farthest).toBeLessThan(5);
});

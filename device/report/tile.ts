import sharp, { type OverlayOptions } from 'sharp';
import { annotationSvg, colourOf, escapeText, fontFamily } from './annotate.ts';
import type { ObservedPassage } from './observed.ts';
import { counted, filmTime, resultOf } from './report-text.ts';

/** A tile: the annotated frame, beside it the picture that would be published, below them the facts. Pixels. */
const frameBox = { width: 640, height: 360 } as const;
const cropBox = { width: 270, height: 360 } as const;
const gap = 10;
const textHeight = 74;
export const tileSize = {
  width: frameBox.width + cropBox.width + 3 * gap,
  height: frameBox.height + textHeight + 2 * gap,
} as const;
const paper = '#1d1f21';

const svgText = (lines: readonly { readonly text: string; readonly y: number; readonly style: string }[]) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${tileSize.width}" height="${textHeight}" font-family="${fontFamily}">${lines
    .map(({ text, y, style }) => `<text x="${gap}" y="${y}" ${style}>${escapeText(text)}</text>`)
    .join('')}</svg>`;

const factsOf = (passage: ObservedPassage, number: number, firstMs: number): Buffer => {
  const [first, last] = [passage.sights[0]?.atMs ?? 0, passage.sights.at(-1)?.atMs ?? 0];
  const chosen = passage.sightings.at(-1);
  const when = `${filmTime(first - firstMs)} to ${filmTime(last - firstMs)}, seen in ${counted(passage.sights.length, 'frame')}`;
  const quality = chosen?.facts.quality;
  const shot = quality
    ? `face ${quality.size} px, sharpness ${quality.sharpness.toFixed(2)}, pose ${quality.pose.toFixed(2)}, ` +
      `light ${quality.exposure}, quality ${quality.score.toFixed(2)}; JPEG ${(chosen.jpeg.length / 1000).toFixed(0)} kB` +
      (chosen.facts.liveness ? `; alive ${chosen.facts.liveness.score.toFixed(2)}` : '')
    : 'The frame shown is the one with the largest face.';
  const attempt = chosen ? `, chosen at ${filmTime(chosen.facts.monotonicMs - firstMs)}` : '';
  return Buffer.from(
    svgText([
      {
        text: `#${number}  ${resultOf(passage)}`,
        y: 20,
        style: `font-size="19" font-weight="bold" fill="${colourOf(number)}"`,
      },
      { text: when + attempt, y: 44, style: 'font-size="15" fill="#eee"' },
      { text: shot, y: 66, style: 'font-size="15" fill="#bbb"' },
    ]),
  );
};

/** Draws the tile of one passage as raw RGB. `number` counts passages from 1 and is found by `numberOf` for the others. */
export const drawTile = async (
  passage: ObservedPassage,
  number: number,
  firstMs: number,
  numberOf: (passageId: string) => number | undefined,
): Promise<Buffer> => {
  const chosen = passage.sightings.at(-1);
  const snapshot = chosen?.snapshot ?? passage.snapshot;
  const layers: OverlayOptions[] = [];
  if (snapshot) {
    const { picture } = snapshot;
    const raw = { width: picture.width, height: picture.height, channels: 3 } as const;
    const annotated = await sharp(picture.data, { raw })
      .composite([{ input: Buffer.from(annotationSvg(snapshot, passage, numberOf)) }])
      .png()
      .toBuffer();
    const fitted = await sharp(annotated)
      .resize({ ...frameBox, fit: 'inside' })
      .png()
      .toBuffer();
    layers.push({ input: fitted, left: gap, top: gap });
  }
  if (chosen) {
    const crop = await sharp(chosen.jpeg)
      .resize({ ...cropBox, fit: 'inside' })
      .png()
      .toBuffer();
    layers.push({ input: crop, left: frameBox.width + 2 * gap, top: gap });
  }
  layers.push({ input: factsOf(passage, number, firstMs), left: 0, top: frameBox.height + 2 * gap });
  return sharp({ create: { ...tileSize, channels: 3, background: paper } })
    .composite(layers)
    .png()
    .toBuffer();
};

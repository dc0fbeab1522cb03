import type { Box, Point } from '../vision/face.ts';
import type { ObservedPassage, Snapshot } from './observed.ts';

/** One colour per passage, in turn; most differ for colour-blind people too (after Okabe and Ito, "Color universal design", 2008). */
const colours = ['#E69F00', '#56B4E9', '#009E73', '#F0E442', '#D55E00', '#CC79A7', '#A6A6FF'] as const;

export const colourOf = (number: number): string => colours[(number - 1) % colours.length] ?? colours[0];

export const fontFamily = 'DejaVu Sans, Liberation Sans, Noto Sans, Arial, sans-serif';

/** Text as it may stand in SVG. */
export const escapeText = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

const label = (text: string, { x, y }: Point, colour: string): string => {
  const width = 8.2 * text.length + 8;
  return (
    `<rect x="${x}" y="${y - 18}" width="${width}" height="18" fill="${colour}"/>` +
    `<text x="${x + 4}" y="${y - 4}" font-size="13" font-weight="bold" fill="#000">${escapeText(text)}</text>`
  );
};

const outline = ({ x, y, width, height }: Box, style: string): string =>
  `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}" fill="none" ${style}/>`;

/**
 * What is drawn over a snapshot, as SVG of its size: the way of the passage's face, every face's box with the number of its passage
 * and its score, the chosen one thick, and those that belong to nobody grey and dashed.
 */
export const annotationSvg = (
  snapshot: Snapshot,
  passage: ObservedPassage,
  numberOf: (passageId: string) => number | undefined,
): string => {
  const { width, height } = snapshot.picture;
  const scale = width / snapshot.frameWidth;
  const scaled = (box: Box): Box => ({
    x: box.x * scale,
    y: box.y * scale,
    width: box.width * scale,
    height: box.height * scale,
  });
  const middle = ({ x, y, width: across, height: down }: Box) =>
    `${((x + across / 2) * scale).toFixed(1)},${((y + down / 2) * scale).toFixed(1)}`;
  const own = colourOf(numberOf(passage.passageId) ?? 1);
  const way = passage.sights.map(({ box }) => middle(box)).join(' ');
  const faces = snapshot.faces.map(({ box, score, passageId }) => {
    const number = passageId === null ? undefined : numberOf(passageId);
    const place = scaled(box);
    const at = { x: Math.max(0, place.x), y: Math.max(18, place.y) };
    if (number === undefined) {
      return (
        outline(place, 'stroke="#bbb" stroke-width="1.5" stroke-dasharray="4 3"') +
        label(score.toFixed(2), at, '#bbb')
      );
    }
    const isChosen = passageId === passage.passageId;
    return (
      outline(place, `stroke="${colourOf(number)}" stroke-width="${isChosen ? 4 : 2}"`) +
      label(`#${number}  ${score.toFixed(2)}`, at, colourOf(number))
    );
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="${fontFamily}">` +
    `<polyline points="${way}" fill="none" stroke="#000" stroke-opacity="0.5" stroke-width="4"/>` +
    `<polyline points="${way}" fill="none" stroke="${own}" stroke-width="2"/>` +
    `${faces.join('')}</svg>`
  );
};

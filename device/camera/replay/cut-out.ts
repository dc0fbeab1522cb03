import type { Box } from '../../vision/face.ts';
import { awayFrom, halfWidthAt, outlineAt, smoothStep } from './outline.ts';
import { blendColour, type Colour, type Photograph, readPhotograph, sampleColour } from './photograph.ts';
import { makeRandom } from './random.ts';
import type { SamplePerson } from './sample-people.ts';
import { companionsOf } from './sample-people.ts';
import type { Look } from './script.ts';
import { halveSprite, type Sprite } from './sprite.ts';

/** Face width of the largest cut-out, in pixels: about the sharpness of the photographs. */
const faceWidthPx = 208;
/** How far the cut-out reaches from the middle of the face, in face widths. */
const reach = { side: 1.5, above: 1.3, below: 2 } as const;
/** Where the photograph begins to give way to a plain dark coat, and where it has; in face widths below the face. */
const coat = { from: 1.2, to: 1.9 } as const;
const clothes: readonly (readonly [across: number, down: number])[] = [-0.6, -0.3, 0, 0.3, 0.6].flatMap(
  (across) => [1.1, 1.3, 1.5].map((down) => [across, down] as const),
);

/** From face widths around the middle of the face in a cut-out to pixels of the photograph, by the look's tilt and mirror. */
const makeMapping = ({ box }: SamplePerson, look: Look) => {
  const tilt = (look.tiltDegrees * Math.PI) / 180;
  const cosine = Math.cos(tilt) * box.width;
  const sine = Math.sin(tilt) * box.width;
  const side = look.mirrored ? -1 : 1;
  const middleX = box.x + box.width / 2;
  const middleY = box.y + box.height / 2;
  return {
    x: (across: number, down: number) => middleX + side * (cosine * across - sine * down),
    y: (across: number, down: number) => middleY + sine * across + cosine * down,
  };
};

const charcoal: Colour = [46, 48, 58];

/** Dark, with a touch of the clothes in the photograph. */
const coatColourOf = (photograph: Photograph, mapping: ReturnType<typeof makeMapping>): Colour => {
  const average: Colour = [0, 0, 0];
  clothes.forEach(([across, down], index) => {
    const colour: Colour = [0, 0, 0];
    sampleColour(photograph, mapping.x(across, down), mapping.y(across, down), colour);
    blendColour(average, colour, 1 / (index + 1));
  });
  blendColour(average, charcoal, 0.65);
  return average;
};

/** The part of the photograph that a cut-out shows. `edges` are the cut-out's, in face widths from the middle of the face. */
const shownBox = (
  mapping: ReturnType<typeof makeMapping>,
  edges: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number },
): Box => {
  const corners = [edges.left, edges.right].flatMap((across) =>
    [edges.top, edges.bottom].map((down) => [mapping.x(across, down), mapping.y(across, down)] as const),
  );
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  // Two more pixels than the corners: colours are mixed from a pixel and its neighbours.
  const [x, y] = [Math.min(...xs) - 2, Math.min(...ys) - 2];
  return { x, y, width: Math.max(...xs) + 2 - x, height: Math.max(...ys) + 2 - y };
};

const toByte = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : Math.round(value));

/**
 * Cuts one person out of a photograph, changed by the look: head and shoulders with a soft edge, going over into a plain coat.
 * Returns the cut-out in falling sizes, each half of the one before, for drawing at any distance.
 */
export const cutOut = async (person: SamplePerson, look: Look): Promise<readonly Sprite[]> => {
  const width = 2 * reach.side * faceWidthPx;
  const height = 2 * Math.round(((reach.above + reach.below) * faceWidthPx) / 2);
  const plane = () => new Uint8Array(width * height);
  const faceX = width / 2 + look.shift.x * faceWidthPx;
  const faceY = (reach.above + look.shift.y) * faceWidthPx;
  const sprite = {
    width,
    height,
    faceWidth: faceWidthPx,
    faceX,
    faceY,
    luma: plane(),
    blue: plane(),
    red: plane(),
    alpha: plane(),
  };
  const mapping = makeMapping(person, look);
  const edges = {
    left: -faceX / faceWidthPx,
    right: (width - faceX) / faceWidthPx,
    top: -faceY / faceWidthPx,
    bottom: (height - faceY) / faceWidthPx,
  };
  const photograph = await readPhotograph(person.photoPath, shownBox(mapping, edges));
  const companions = companionsOf(person).map((companion) => companion.box);
  const coatColour = coatColourOf(photograph, mapping);
  const random = makeRandom(look.noiseSeed);
  const colour: Colour = [0, 0, 0];

  for (let row = 0; row < height; row++) {
    const down = (row - faceY) / faceWidthPx;
    const halfWidth = halfWidthAt(down);
    const coatShare = smoothStep(coat.from, coat.to, down);
    const endColumn = Math.min(width, faceX + halfWidth * faceWidthPx);
    for (let column = Math.max(0, Math.ceil(faceX - halfWidth * faceWidthPx)); column < endColumn; column++) {
      const across = (column - faceX) / faceWidthPx;
      const x = mapping.x(across, down);
      const y = mapping.y(across, down);
      const opacity = outlineAt(halfWidth, across) * awayFrom(companions, x, y);
      if (opacity === 0) continue;
      sampleColour(photograph, x, y, colour);
      if (coatShare > 0) blendColour(colour, coatColour, coatShare);
      const at = row * width + column;
      const luma = 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2];
      // Light scales the differences of colour as it scales brightness.
      sprite.luma[at] = toByte(luma * look.light + random.between(-look.noise, look.noise));
      sprite.blue[at] = toByte(128 + (colour[2] - luma) * 0.564 * look.light);
      sprite.red[at] = toByte(128 + (colour[0] - luma) * 0.713 * look.light);
      sprite.alpha[at] = toByte(255 * opacity);
    }
  }
  const half = halveSprite(sprite);
  return [sprite, half, halveSprite(half)];
};

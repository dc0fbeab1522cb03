import { readPhotograph, sampleColour } from '../../../device/camera/replay/photograph.ts';
import type { Random } from '../../../device/camera/replay/random.ts';
import type { SamplePerson } from '../../../device/camera/replay/sample-people.ts';
import { growBox } from '../../../device/vision/box.ts';
import type { RgbImage } from '../../../device/vision/face.ts';

/** How a face is held before the camera. Angles in radians; the place and size of the face in pixels. */
export type Pose = {
  readonly yaw: number;
  readonly pitch: number;
  readonly centreX: number;
  readonly centreY: number;
  readonly faceWidth: number;
};

/** Draws one person's photograph in a pose: as it is, on a flat sheet, or wrapped around a head. */
export type Painter = (pose: Pose) => RgbImage;

const size = { width: 640, height: 360 } as const;
const wall = 92;
const noiseSteps = 2;
/** The camera's distance in face widths: near enough for some perspective. */
const distance = 8;
/** Half axes of the head and of the nose on it, in face widths of the detector's box. Of an average adult head, roughly. */
const head = { across: 0.62, down: 0.85, deep: 0.62 } as const;
const nose = { radius: 0.12, height: 0.2 } as const;
/** How far the sheet, or the head and shoulders, reach from the middle of the face, in face widths. */
const reach = { across: 1.3, above: 1.2, below: 1.8 } as const;
/** Steps of the search for the place of the photograph that a pixel shows. */
const steps = 5;

export const makePainter = async (
  { photoPath, box, keypoints }: SamplePerson,
  kind: 'head' | 'sheet',
  random: Random,
): Promise<Painter> => {
  const photograph = await readPhotograph(photoPath, growBox(box, 1.5));
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const tip = { x: (keypoints.nose.x - middle.x) / box.width, y: (keypoints.nose.y - middle.y) / box.width };

  const depthAt = (x: number, y: number): number => {
    if (kind === 'sheet') return 0;
    const skull = 1 - (x / head.across) ** 2 - (y / head.down) ** 2;
    const fromTip = ((x - tip.x) / nose.radius) ** 2 + ((y - tip.y) / nose.radius) ** 2;
    return (skull > 0 ? head.deep * Math.sqrt(skull) : 0) + nose.height * Math.exp(-fromTip);
  };

  return ({ yaw, pitch, centreX, centreY, faceWidth }) => {
    const data = new Uint8ClampedArray(size.width * size.height * 3);
    const [sinYaw, cosYaw, sinPitch, cosPitch] = [
      Math.sin(yaw),
      Math.cos(yaw),
      Math.sin(pitch),
      Math.cos(pitch),
    ];
    const colour: [number, number, number] = [0, 0, 0];
    for (let row = 0; row < size.height; row++) {
      for (let column = 0; column < size.width; column++) {
        const across = (column - centreX) / faceWidth;
        const down = (row - centreY) / faceWidth;
        let [x, y] = [across, down];
        const isNear = Math.abs(across) < 1.5 && down > -1.5 && down < 2.2;
        for (let step = 0; isNear && step < steps; step++) {
          const z = depthAt(x, y);
          const turned = z * cosYaw - x * sinYaw;
          const shrink = 1 - (turned * cosPitch - y * sinPitch) / distance;
          x = (across * shrink - z * sinYaw) / cosYaw;
          y = (down * shrink - turned * sinPitch) / cosPitch;
        }
        const shows = isNear && Math.abs(x) < reach.across && y > -reach.above && y < reach.below;
        if (shows) sampleColour(photograph, middle.x + x * box.width, middle.y + y * box.width, colour);
        else colour.fill(wall);
        const at = (row * size.width + column) * 3;
        for (const [channel, value] of colour.entries()) {
          data[at + channel] = value + random.between(-noiseSteps, noiseSteps);
        }
      }
    }
    return { ...size, data: new Uint8Array(data.buffer) };
  };
};

/** `count` poses of one passage: nearer all the time, swaying, turned by up to `degrees` to each side and half that up and down. */
export const createPoses = (random: Random, degrees: number, count: number): readonly Pose[] => {
  const amplitude = (degrees * Math.PI) / 180;
  const phase = { yaw: random.between(0, 6), pitch: random.between(0, 6), sway: random.between(0, 6) };
  const turns = random.between(0.6, 1.4);
  const far = random.between(80, 95);
  return Array.from({ length: count }, (_, n) => {
    const share = n / count;
    return {
      yaw: amplitude * Math.sin(2 * Math.PI * turns * share + phase.yaw),
      pitch: 0.5 * amplitude * Math.sin(2 * Math.PI * turns * share + phase.pitch),
      faceWidth: far * (1 + 0.4 * share),
      centreX: size.width / 2 + 20 * Math.sin(5 * share + phase.sway),
      centreY: size.height / 2 - 20 + 6 * Math.sin(9 * share),
    };
  });
};

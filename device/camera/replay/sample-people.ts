import { createRequire } from 'node:module';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Box, Face } from '../../vision/face.ts';
import sampleFaces from './sample-faces.json' with { type: 'json' };

/** One face of the sample photographs that ship in the npm package @vladmandic/face-api. Pixels of the photograph. */
export type SamplePerson = {
  readonly id: string;
  readonly photoPath: string;
  readonly box: Box;
  readonly keypoints: Face['keypoints'];
  /** Turned away so far that no one could be recognised. */
  readonly profile: boolean;
};

const photoFolder = join(
  createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json'),
  '..',
  'demo',
);

const people: readonly SamplePerson[] = sampleFaces.map(({ id, photo, box, keypoints, ...rest }) => ({
  id,
  photoPath: join(photoFolder, photo),
  box,
  keypoints,
  profile: 'profile' in rest && rest.profile === true,
}));

/** Every face of the sample photographs. */
export const samplePeople = (): readonly SamplePerson[] => people;

/** Faces that walk only when they are asked for by their id, and why. */
const unsuitable: Readonly<Record<string, string>> = {
  's1-3': 'most likely the same woman as s3-2: two people of one face would confuse everyone',
  's2-2': 'looks down behind her hair: seldom found by two detectors',
};

/** The people whom a door can be expected to recognise: no profiles, each human once. */
export const usablePeople = (): readonly SamplePerson[] =>
  people.filter((person) => !person.profile && !(person.id in unsuitable));

/** The sample face with this id. Throws when there is none: the configuration's `people` must be corrected. */
export const samplePerson = (id: string): SamplePerson => {
  const person = people.find((candidate) => candidate.id === id);
  if (!person) {
    throw new Error(
      `No sample face "${id}". The replay camera knows ${people.map((known) => known.id).join(', ')}.`,
    );
  }
  return person;
};

/** The other faces of the same photograph. */
export const companionsOf = (person: SamplePerson): readonly SamplePerson[] =>
  people.filter((other) => other.photoPath === person.photoPath && other.id !== person.id);

/** Space around the face of an enrolment picture, in face widths: head and shoulders, as Rekognition advises. */
const margin = { side: 0.9, above: 0.8, below: 1.1 } as const;

/**
 * The person's head and shoulders out of the original photograph as a JPEG, companions' faces greyed out,
 * as the picture that HR would enrol.
 */
export const enrolmentCrop = async (person: SamplePerson): Promise<Buffer> => {
  const { width: photoWidth, height: photoHeight } = await sharp(person.photoPath).metadata();
  const { box } = person;
  const left = Math.max(0, Math.round(box.x - margin.side * box.width));
  const top = Math.max(0, Math.round(box.y - margin.above * box.height));
  const right = Math.min(photoWidth, Math.round(box.x + (1 + margin.side) * box.width));
  const bottom = Math.min(photoHeight, Math.round(box.y + (1 + margin.below) * box.height));
  const photo = await sharp(person.photoPath)
    .composite(
      companionsOf(person).map((other) => ({
        input: {
          create: { width: other.box.width, height: other.box.height, channels: 3, background: '#808080' },
        },
        left: other.box.x,
        top: other.box.y,
      })),
    )
    .toBuffer();
  return sharp(photo)
    .extract({ left, top, width: right - left, height: bottom - top })
    .jpeg({ quality: 90 })
    .toBuffer();
};

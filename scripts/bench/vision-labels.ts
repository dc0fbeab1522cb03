import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Box } from '../../device/vision/face.ts';
import { root } from '../assembly.ts';

export type LabelledPhoto = {
  readonly file: string;
  readonly faces: readonly Box[];
  /** Faces that nobody is expected to find, nor to be blamed for finding. */
  readonly ignored: readonly Box[];
};

/** Beside the repository, never in it: the photographs are not ours to pass on. */
const folder = path.join(root, '../shared/data/dlib-faces');
const lists = ['training.xml', 'testing.xml'] as const;

/** The labelled photographs of dlib's face examples, or null where that folder does not exist. */
export const readLabelledPhotos = (): readonly LabelledPhoto[] | null => {
  if (!existsSync(folder)) return null;
  return lists.flatMap((list) => {
    const text = readFileSync(path.join(folder, list), 'latin1');
    return [...text.matchAll(/<image file='([^']+)'[^>]*>(.*?)<\/image>/gs)].map(
      ([, file = '', inner = '']) => {
        const boxes = [...inner.matchAll(/<box ([^>]*)>/g)].map(([, attributes = '']) => attributes);
        return {
          file: path.join(folder, file),
          faces: boxes.filter((box) => !isIgnored(box)).map(boxOf),
          ignored: boxes.filter(isIgnored).map(boxOf),
        };
      },
    );
  });
};

export const labelsFolder = folder;

const isIgnored = (attributes: string): boolean => /ignore='1'/.test(attributes);

const boxOf = (attributes: string): Box => {
  const number = (name: string) => Number(new RegExp(`\\b${name}='(-?\\d+)'`).exec(attributes)?.[1]);
  return { x: number('left'), y: number('top'), width: number('width'), height: number('height') };
};

import { closeSync, openSync, writeSync } from 'node:fs';
import { openCollections } from './collections.ts';
import { createStranger } from './collections-for-tests.ts';

/** Adds faces to a collection as fast as it can until it is killed, and names each that is stored. */
const [, , folder = '', inPlace] = process.argv;

/** What a writer must not do: the old text is gone before the new one is there. The kill comes in between, at the third face. */
let writes = 0;
const writeInPlace = (file: string, text: string): void => {
  writes += 1;
  const handle = openSync(file, 'w');
  writeSync(handle, text.slice(0, text.length / 2));
  if (writes === 3) process.kill(process.pid, 'SIGKILL');
  writeSync(handle, text.slice(text.length / 2));
  closeSync(handle);
};

const collections = openCollections(folder, inPlace === undefined ? undefined : writeInPlace);
const faces = Array.from({ length: 200 }, createStranger);
for (;;) {
  const face = createStranger();
  faces.push(face);
  collections.put({ collectionId: 'people', createdAt: 0, faces: [...faces] });
  await new Promise((resolve) => process.send?.(face.faceId, resolve));
}

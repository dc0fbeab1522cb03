import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readTextFile, writeTextFile } from '../durable-file.ts';
import { faceModelVersion } from './face-analysis.ts';

/** Ratios of the picture's width and height, as Rekognition gives boxes. */
const boundingBox = z.strictObject({
  Width: z.number(),
  Height: z.number(),
  Left: z.number(),
  Top: z.number(),
});

const storedFace = z.strictObject({
  faceId: z.string(),
  imageId: z.string(),
  externalImageId: z.string().optional(),
  boundingBox,
  /** Percent. */
  confidence: z.number(),
  /** 128 little-endian 32-bit floats, base64. */
  descriptor: z.string(),
});

const storedCollection = z.strictObject({
  v: z.literal(2),
  /** Descriptors of another model lie elsewhere. */
  model: z.literal(faceModelVersion),
  collectionId: z.string(),
  createdAt: z.number(),
  faces: z.array(storedFace),
});

/** A face reference: a vector and where it came from. The picture is not kept. */
export type IndexedFace = Omit<z.infer<typeof storedFace>, 'descriptor' | 'externalImageId'> & {
  readonly externalImageId: string | undefined;
  readonly descriptor: Float32Array;
};

export type Collection = {
  readonly collectionId: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly faces: readonly IndexedFace[];
};

/** The face collections, one file each, read once at the start. Each change is on disk when the call returns. */
export interface Collections {
  find(collectionId: string): Collection | undefined;
  list(): readonly Collection[];
  put(collection: Collection): void;
  remove(collectionId: string): void;
}

/** `write` replaces a file's text as a whole or not at all. Throws when a file is of another version. */
export const openCollections = (folder: string, write: typeof writeTextFile = writeTextFile): Collections => {
  const collections = new Map<string, Collection>();
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (!name.endsWith(extension)) continue;
    const collection = decode(path.join(folder, name));
    collections.set(collection.collectionId, collection);
  }
  const fileOf = (collectionId: string) => path.join(folder, `${collectionId}${extension}`);
  return {
    find: (collectionId) => collections.get(collectionId),
    list: () => [...collections.values()].sort((a, b) => (a.collectionId < b.collectionId ? -1 : 1)),
    put: (collection) => {
      write(fileOf(collection.collectionId), encode(collection));
      collections.set(collection.collectionId, collection);
    },
    remove: (collectionId) => {
      rmSync(fileOf(collectionId), { force: true });
      collections.delete(collectionId);
    },
  };
};

const extension = '.collection.json';

const encode = ({ collectionId, createdAt, faces }: Collection): string =>
  JSON.stringify({
    v: 2,
    model: faceModelVersion,
    collectionId,
    createdAt,
    faces: faces.map(({ descriptor, ...face }) => ({
      ...face,
      descriptor: Buffer.from(descriptor.buffer, descriptor.byteOffset, descriptor.byteLength).toString(
        'base64',
      ),
    })),
  } satisfies z.input<typeof storedCollection>);

const decode = (file: string): Collection => {
  const parsed = storedCollection.safeParse(JSON.parse(readTextFile(file) ?? 'null'));
  if (!parsed.success) {
    throw new Error(`${file} is not a face collection of this version: start with --fresh.`, {
      cause: parsed.error,
    });
  }
  const { collectionId, createdAt, faces } = parsed.data;
  return {
    collectionId,
    createdAt,
    faces: faces.map(({ descriptor, externalImageId, ...face }) => ({
      ...face,
      externalImageId,
      descriptor: new Float32Array(Uint8Array.from(Buffer.from(descriptor, 'base64')).buffer),
    })),
  };
};

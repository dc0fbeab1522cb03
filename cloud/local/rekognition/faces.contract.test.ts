import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  CreateCollectionCommand,
  DeleteCollectionCommand,
  DeleteFacesCommand,
  DescribeCollectionCommand,
  DetectFacesCommand,
  IndexFacesCommand,
  type IndexFacesCommandInput,
  RekognitionClient,
  SearchFacesByImageCommand,
  type SearchFacesByImageCommandInput,
} from '@aws-sdk/client-rekognition';
import sharp, { type Sharp } from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RekognitionForTests } from './rekognition-for-tests.ts';
import { sampleCrop, samplePhoto } from './sample-crops.ts';

const CollectionId = 'rollcall-test';

const local = new RekognitionForTests((config) => new RekognitionClient(config));
const index = (Bytes: Uint8Array, rest: Partial<IndexFacesCommandInput> = {}) =>
  local.running.client.send(new IndexFacesCommand({ CollectionId, Image: { Bytes }, ...rest }));
const search = (Bytes: Uint8Array, rest: Partial<SearchFacesByImageCommandInput> = {}) =>
  local.running.client.send(new SearchFacesByImageCommand({ CollectionId, Image: { Bytes }, ...rest }));
const bestMatch = async (Bytes: Uint8Array) => {
  const { FaceMatches } = await search(Bytes, { FaceMatchThreshold: 0 });
  return { person: FaceMatches?.[0]?.Face?.ExternalImageId, similarity: FaceMatches?.[0]?.Similarity ?? -1 };
};
const similarityTo = async (person: string, Bytes: Uint8Array) => {
  const { FaceMatches = [] } = await search(Bytes, { FaceMatchThreshold: 0 });
  return FaceMatches.find(({ Face }) => Face?.ExternalImageId === person)?.Similarity ?? -1;
};

beforeEach(async () => {
  await local.running.client.send(new CreateCollectionCommand({ CollectionId }));
});
afterEach(async () => {
  await local.running.client.send(new DeleteCollectionCommand({ CollectionId }));
});

describe('a face that was indexed', () => {
  it('is found again smaller, darker, mirrored, tilted or badly compressed', async () => {
    await index(await sampleCrop('s6-2'), { ExternalImageId: 'person-a' });
    await index(await sampleCrop('s1-1'), { ExternalImageId: 'person-b' });
    const face = sharp(await sampleCrop('s6-2'));
    const pictures = {
      smaller: face.clone().resize(140),
      darker: face.clone().modulate({ brightness: 0.5 }),
      mirrored: face.clone().flop(),
      tilted: face.clone().rotate(25, { background: '#888' }),
      compressed: face.clone().jpeg({ quality: 60 }),
    };
    for (const [change, picture] of Object.entries(pictures)) {
      const match = await bestMatch(await picture.jpeg().toBuffer());
      expect(match, change).toMatchObject({ person: 'person-a' });
      expect(match.similarity, change).toBeGreaterThanOrEqual(99);
    }
  });

  it('is found in another photograph of the same person', async () => {
    await index(await sampleCrop('s1-3'), { ExternalImageId: 'person-a' });
    expect((await bestMatch(await sampleCrop('s3-2'))).similarity).toBeGreaterThanOrEqual(99);
  });

  it('is not found for other people', async () => {
    await index(await sampleCrop('s6-2'), { ExternalImageId: 'person-a' });
    for (const stranger of ['s1-1', 's3-1', 's4-2', 's5-1']) {
      expect(await similarityTo('person-a', await sampleCrop(stranger))).toBeLessThan(90);
    }
    expect((await search(await sampleCrop('s1-1'))).FaceMatches).toEqual([]);
  });

  it('is described without age, gender or emotion', async () => {
    const answer = await index(await sampleCrop('s6-2'), { ExternalImageId: 'person-a' });
    const [record] = answer.FaceRecords ?? [];
    expect(Object.keys(record?.FaceDetail ?? {}).sort()).toEqual([
      'BoundingBox',
      'Confidence',
      'Landmarks',
      'Pose',
      'Quality',
    ]);
    expect(record?.Face?.ExternalImageId).toBe('person-a');
    expect(record?.Face?.BoundingBox?.Width).toBeCloseTo(1 / 2.2, 1);
    const landmarks = Object.fromEntries(
      (record?.FaceDetail?.Landmarks ?? []).map((each) => [each.Type, each.X ?? 0]),
    );
    expect(landmarks.eyeLeft).toBeLessThan(landmarks.eyeRight ?? 0);
    expect(answer.FaceModelVersion).toMatch(/^[0-9.]+$/);
    const { Brightness = 0, Sharpness = 0 } = record?.FaceDetail?.Quality ?? {};
    expect(Brightness).toBeGreaterThan(30);
    expect(Brightness).toBeLessThan(80);
    expect(Sharpness).toBeGreaterThan(80);
    expect(Sharpness).toBeLessThanOrEqual(100);
  });

  it('is stored once when the same picture is indexed again for the same person', async () => {
    const picture = await sampleCrop('s6-2');
    const first = await index(picture, { ExternalImageId: 'person-a' });
    const again = await index(picture, { ExternalImageId: 'person-a' });
    const other = await index(picture, { ExternalImageId: 'person-b' });
    const faceId = (answer: typeof first) => answer.FaceRecords?.[0]?.Face?.FaceId;
    expect(faceId(again)).toBe(faceId(first));
    expect(faceId(other)).not.toBe(faceId(first));
    expect((await local.running.client.send(new DescribeCollectionCommand({ CollectionId }))).FaceCount).toBe(
      2,
    );
  });

  it('is gone once deleted', async () => {
    const picture = await sampleCrop('s6-2');
    const { FaceRecords } = await index(picture, { ExternalImageId: 'person-a' });
    const FaceIds = [FaceRecords?.[0]?.Face?.FaceId ?? '', '00000000-0000-0000-0000-000000000000'];
    const deleted = await local.running.client.send(new DeleteFacesCommand({ CollectionId, FaceIds }));
    expect(deleted.DeletedFaces).toEqual(FaceIds.slice(0, 1));
    expect(deleted.UnsuccessfulFaceDeletions).toEqual([{ FaceId: FaceIds[1], Reasons: ['FACE_NOT_FOUND'] }]);
    expect((await search(picture)).FaceMatches).toEqual([]);
  });

  it('is still there after a restart, and its picture is nowhere on disk', async () => {
    const picture = await sampleCrop('s6-2');
    const { FaceRecords } = await index(picture, { ExternalImageId: 'person-a' });
    await local.restart();
    const { FaceMatches } = await search(picture);
    expect(FaceMatches?.map(({ Face }) => Face?.FaceId)).toEqual([FaceRecords?.[0]?.Face?.FaceId]);
    expect(FaceMatches?.[0]?.Similarity).toBeCloseTo(100, 3);
    const folder = path.join(local.stateDir, 'collections');
    const stored = await Promise.all(
      (await readdir(folder)).map((name) => readFile(path.join(folder, name))),
    );
    expect(Math.max(...stored.map(({ length }) => length))).toBeLessThan(2_000);
  });
});

describe('a picture that is only looked at', () => {
  const detect = async (picture: Sharp) =>
    (
      await local.running.client.send(
        new DetectFacesCommand({ Image: { Bytes: await picture.jpeg().toBuffer() } }),
      )
    ).FaceDetails ?? [];
  const wall = (width: number) => sharp({ create: { width, height: 400, channels: 3, background: '#557' } });

  it('has its faces described where they are, the largest first, and needs no collection', async () => {
    const [large, small] = [await sampleCrop('s6-2', 360), await sampleCrop('s1-1', 160)];
    const faces = await detect(
      wall(800).composite([
        { input: small, left: 40, top: 40 },
        { input: large, left: 400, top: 20 },
      ]),
    );
    expect(faces.map((face) => Object.keys(face).sort())).toEqual(
      [1, 2].map(() => ['BoundingBox', 'Confidence', 'Landmarks', 'Pose', 'Quality']),
    );
    const [first, second] = faces.map(({ BoundingBox }) => BoundingBox);
    expect(first?.Left).toBeGreaterThan(0.5);
    expect(second?.Left).toBeLessThan(0.25);
    // The crops are 2.2 times as wide as their faces.
    expect((first?.Width ?? 0) * 800).toBeGreaterThan(0.7 * (360 / 2.2));
    expect((second?.Width ?? 0) * 800).toBeLessThan(1.3 * (160 / 2.2));
    expect(local.running.served.asked.at(-1)).toMatchObject({
      action: 'rekognition:DetectFaces',
      resource: '*',
    });
  });

  it('may show nobody', async () => {
    expect(await detect(wall(400))).toEqual([]);
  });
});

describe('a picture with several faces', () => {
  it('is searched for its largest face alone', async () => {
    await index(await sampleCrop('s6-2'), { ExternalImageId: 'large' });
    await index(await sampleCrop('s1-1'), { ExternalImageId: 'small' });
    const large = await sampleCrop('s6-2', 420);
    const small = await sampleCrop('s1-1', 200);
    const both = sharp({ create: { width: 700, height: 480, channels: 3, background: '#445' } }).composite([
      { input: small, left: 10, top: 20 },
      { input: large, left: 260, top: 20 },
    ]);
    const { FaceMatches, SearchedFaceBoundingBox } = await search(await both.jpeg().toBuffer());
    expect(FaceMatches?.map(({ Face }) => Face?.ExternalImageId)).toEqual(['large']);
    expect(SearchedFaceBoundingBox?.Left).toBeGreaterThan(0.37);
  });

  it('is indexed largest first, up to MaxFaces, and says which faces it left out', async () => {
    const photo = await readFile(samplePhoto('sample6.jpg'));
    const all = await index(photo);
    expect(all.FaceRecords).toHaveLength(4);
    const sizes = (all.FaceRecords ?? []).map(({ Face }) => Face?.BoundingBox?.Width ?? 0);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    const two = await index(photo, { MaxFaces: 2 });
    expect(two.FaceRecords?.map(({ Face }) => Face?.FaceId)).toEqual(
      all.FaceRecords?.slice(0, 2).map(({ Face }) => Face?.FaceId),
    );
    expect(two.UnindexedFaces?.map(({ Reasons }) => Reasons)).toEqual([
      ['EXCEEDS_MAX_FACES'],
      ['EXCEEDS_MAX_FACES'],
    ]);
  });
});

describe('the quality filter', () => {
  it('keeps poor faces out of the collection, says why, and lets them in when told to', async () => {
    const face = sharp(await sampleCrop('s6-2'));
    const wall = sharp({ create: { width: 320, height: 240, channels: 3, background: '#557' } });
    const small = wall
      .clone()
      .composite([{ input: await face.clone().resize(70).toBuffer(), left: 90, top: 60 }]);
    const blurred = sharp(await sampleCrop('s6-1')).blur(6);
    expect(await unindexedReasons(face.clone().linear(0.12, 0))).toContain('LOW_BRIGHTNESS');
    expect(await unindexedReasons(face.clone().linear(0.13, 200))).toContain('LOW_FACE_QUALITY');
    expect(await unindexedReasons(small)).toContain('SMALL_BOUNDING_BOX');
    expect(await unindexedReasons(blurred)).toContain('LOW_SHARPNESS');
    expect(await unindexedReasons(sharp(await sampleCrop('s2-1')))).toContain('EXTREME_POSE');
    const kept = await index(await small.jpeg().toBuffer(), { QualityFilter: 'NONE' });
    expect(kept.FaceRecords).toHaveLength(1);
  });

  it('lets a search find a blurred face unless it is asked for', async () => {
    await index(await sampleCrop('s6-1'), { ExternalImageId: 'person-a' });
    const blurred = await sharp(await sampleCrop('s6-1'))
      .blur(6)
      .jpeg()
      .toBuffer();
    expect((await search(blurred)).SearchedFaceConfidence).toBeGreaterThan(50);
    await expect(search(blurred, { QualityFilter: 'AUTO' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  const unindexedReasons = async (picture: Sharp) => {
    const answer = await index(await picture.jpeg().toBuffer());
    expect(answer.FaceRecords).toEqual([]);
    return answer.UnindexedFaces?.[0]?.Reasons;
  };
});

describe('a search', () => {
  it('gives matches from the threshold on, best first, no more than MaxFaces', async () => {
    for (const person of ['s6-2', 's6-3', 's1-1'])
      await index(await sampleCrop(person), { ExternalImageId: person });
    const picture = await sampleCrop('s6-2');
    const all = (await search(picture, { FaceMatchThreshold: 0 })).FaceMatches ?? [];
    const similarities = all.map(({ Similarity }) => Similarity ?? 0);
    expect(similarities).toEqual(similarities.toSorted((a, b) => b - a));
    expect(all).toHaveLength(3);
    expect((await search(picture, { FaceMatchThreshold: 0, MaxFaces: 1 })).FaceMatches).toHaveLength(1);
    expect((await search(picture, { FaceMatchThreshold: 99 })).FaceMatches).toHaveLength(1);
  });

  it('turns a picture upright by its EXIF orientation first', async () => {
    await index(await sampleCrop('s6-2'), { ExternalImageId: 'person-a' });
    const lying = await sharp(await sampleCrop('s6-2'))
      .rotate(90)
      .withMetadata({ orientation: 8 })
      .jpeg()
      .toBuffer();
    expect((await bestMatch(lying)).similarity).toBeGreaterThanOrEqual(99);
  });

  it('accepts PNG as well', async () => {
    await index(await sampleCrop('s6-2'), { ExternalImageId: 'person-a' });
    const png = await sharp(await sampleCrop('s6-2'))
      .png()
      .toBuffer();
    expect((await bestMatch(png)).similarity).toBeGreaterThanOrEqual(99);
  });

  it('answers several at once, each with its own face', async () => {
    const people = ['s6-2', 's1-1', 's3-1'];
    for (const person of people) await index(await sampleCrop(person), { ExternalImageId: person });
    const before = local.running.rekognition.searches();
    const pictures = await Promise.all(people.map((person) => sampleCrop(person)));
    const matches = await Promise.all(pictures.map(bestMatch));
    expect(matches.map(({ person }) => person)).toEqual(people);
    expect(local.running.rekognition.searches() - before).toBe(3);
  });
});

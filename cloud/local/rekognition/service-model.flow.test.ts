import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RekognitionClient } from '@aws-sdk/client-rekognition';
import sharp from 'sharp';
import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { makeClientPrograms } from '../differential/client-programs.ts';
import { RekognitionForTests } from './rekognition-for-tests.ts';
import { requestSchemas } from './requests.ts';
import { sampleCrop, samplePhoto } from './sample-crops.ts';
import { readServiceModel, type ServiceModel } from './service-model-for-tests.ts';

const CollectionId = 'rollcall-test';
const local = new RekognitionForTests((config) => new RekognitionClient(config));

type Answer = Readonly<Record<string, unknown>>;
/** What the service answers to the body of a request, before any client reads it. */
const ask = async (operation: string, request: object): Promise<Answer> => {
  const { body = '' } = await local.running.rekognition.service.handle({
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: {},
    body: Buffer.from(JSON.stringify(request)),
    operation,
    principal: { kind: 'administrator', arn: 'arn:aws:iam::000000000000:root' },
    authorize: () => undefined,
  });
  return JSON.parse(body.toString());
};
const imageOf = (picture: Buffer) => ({ Bytes: picture.toString('base64') });
/** The id of the face that is now in the collection. */
const index = async (picture: Buffer): Promise<string> => {
  const answer = await ask('IndexFaces', { CollectionId, Image: imageOf(picture) });
  return (answer as { FaceRecords: [{ Face: { FaceId: string } }] }).FaceRecords[0].Face.FaceId;
};

let model: ServiceModel;
/** What AWS has added since the model was made. */
const newer = [
  'DescribeCollection: UserCount: is unknown',
  'DeleteFaces: UnsuccessfulFaceDeletions: is unknown',
  'ListFaces: FaceIds: is unknown',
];
const asked = new Set<string>();
/** Asks, and says what of request and answer is not as the model has it. */
const problemsOf = async (operation: string, request: object): Promise<readonly string[]> => {
  asked.add(operation);
  const answer = await ask(operation, request);
  return [...model.problemsOfRequest(operation, request), ...model.problemsOfAnswer(operation, answer)]
    .map((problem) => `${operation}: ${problem}`)
    .filter((problem) => !newer.includes(problem));
};

beforeAll(async () => {
  model = await readServiceModel('rekognition');
});
beforeEach(() => ask('CreateCollection', { CollectionId }));
afterEach(() => ask('DeleteCollection', { CollectionId }));

describe('by the model from which AWS makes its clients', () => {
  it('every operation takes and answers what AWS does', async () => {
    const face = await sampleCrop('s6-2');
    const group = imageOf(await readFile(samplePhoto('sample6.jpg')));
    const poor = imageOf(await sharp(face).resize(90).blur(4).linear(0.1, 0).toBuffer());
    const nobody = '00000000-0000-0000-0000-000000000000';
    const stored = await index(await sampleCrop('s1-1'));
    const steps: readonly (readonly [string, object])[] = [
      ['CreateCollection', { CollectionId: 'another' }],
      ['DetectFaces', { Image: group, Attributes: ['DEFAULT'] }],
      ['IndexFaces', { CollectionId, Image: imageOf(face), ExternalImageId: 'person-a', MaxFaces: 1 }],
      ['IndexFaces', { CollectionId, Image: group, MaxFaces: 1, DetectionAttributes: ['DEFAULT'] }],
      ['IndexFaces', { CollectionId, Image: poor, QualityFilter: 'HIGH' }],
      ['SearchFacesByImage', { CollectionId, Image: imageOf(face), FaceMatchThreshold: 0, MaxFaces: 10 }],
      ['ListCollections', {}],
      ['ListCollections', { MaxResults: 1 }],
      ['ListFaces', { CollectionId, MaxResults: 1 }],
      ['ListFaces', { CollectionId, FaceIds: [nobody] }],
      ['DescribeCollection', { CollectionId }],
      ['DeleteFaces', { CollectionId, FaceIds: [stored, nobody] }],
      ['DeleteCollection', { CollectionId: 'another' }],
    ];
    for (const [operation, request] of steps) expect(await problemsOf(operation, request)).toEqual([]);
    expect([...asked].sort()).toEqual(Object.keys(requestSchemas).sort());
  });

  it('every operation refuses with errors that are its own', async () => {
    const image = imageOf(await sampleCrop('s6-2'));
    const noPicture = imageOf(Buffer.from('no picture'));
    const large = imageOf(Buffer.alloc(5 * 1024 * 1024 + 1));
    const wall = imageOf(
      await sharp({ create: { width: 100, height: 100, channels: 3, background: '#557' } })
        .jpeg()
        .toBuffer(),
    );
    const refusals: readonly (readonly [string, string, object])[] = [
      ['CreateCollection', 'ResourceAlreadyExistsException', { CollectionId }],
      ['DeleteCollection', 'ResourceNotFoundException', { CollectionId: 'nowhere' }],
      ['DescribeCollection', 'ResourceNotFoundException', { CollectionId: 'nowhere' }],
      ['ListFaces', 'ResourceNotFoundException', { CollectionId: 'nowhere' }],
      ['ListFaces', 'InvalidPaginationTokenException', { CollectionId, NextToken: 'bm9uZQ==' }],
      ['ListCollections', 'InvalidPaginationTokenException', { NextToken: 'bm9uZQ==' }],
      ['DetectFaces', 'InvalidImageFormatException', { Image: noPicture }],
      ['DetectFaces', 'ImageTooLargeException', { Image: large }],
      ['IndexFaces', 'ResourceNotFoundException', { CollectionId: 'nowhere', Image: image }],
      ['IndexFaces', 'InvalidImageFormatException', { CollectionId, Image: noPicture }],
      ['IndexFaces', 'ImageTooLargeException', { CollectionId, Image: large }],
      ['SearchFacesByImage', 'ResourceNotFoundException', { CollectionId: 'nowhere', Image: image }],
      ['SearchFacesByImage', 'InvalidParameterException', { CollectionId, Image: wall }],
      ['SearchFacesByImage', 'InvalidImageFormatException', { CollectionId, Image: noPicture }],
      ['SearchFacesByImage', 'ImageTooLargeException', { CollectionId, Image: large }],
    ];
    for (const [operation, code, request] of refusals) {
      await expect(ask(operation, request), operation).rejects.toMatchObject({ code });
      expect(model.errorsOf(operation)).toContain(code);
    }
  });

  it('a wrong name, type, number or word in an answer would be noticed', () => {
    const faceOf = (Face: object) => ({ FaceRecords: [{ Face }] });
    const wrong: readonly (readonly [object, RegExp])[] = [
      [faceOf({ FaceID: 'x' }), /FaceRecords\.0\.Face\.FaceID: is unknown/],
      [faceOf({ Confidence: '99' }), /Confidence: is no number/],
      [faceOf({ Confidence: 100.5 }), /Confidence: 100.5 is not within 0\.\.100/],
      [faceOf({ IndexFacesModelVersion: 'local-1' }), /local-1 is not of its pattern/],
      [{ UnindexedFaces: [{ Reasons: ['UGLY'] }] }, /UGLY is not in its list/],
    ];
    for (const [answer, problem] of wrong)
      expect(model.problemsOfAnswer('IndexFaces', answer)).toEqual([expect.stringMatching(problem)]);
  });
});

describe("an operator with AWS's command line", () => {
  it('sees the collections, the faces in them, and whom a picture shows', async () => {
    const home = await mkdtemp(path.join(tmpdir(), 'rollcall-rekognition-cli-'));
    onTestFinished(() => rm(home, { recursive: true, force: true }));
    const { endpoint, region } = local.running.served.config;
    const { aws } = makeClientPrograms(endpoint, region, home);
    const rekognition = async (...args: string[]): Promise<Answer> => {
      const { stdout, stderr, code } = await aws(['rekognition', ...args]);
      expect(code, stderr).toBe(0);
      return JSON.parse(stdout);
    };
    const picture = path.join(home, 'face.jpg');
    await writeFile(picture, await sampleCrop('s6-2'));
    const inCollection = ['--collection-id', CollectionId];
    const withPicture = [...inCollection, '--image-bytes', `fileb://${picture}`];
    await rekognition('index-faces', ...withPicture, '--external-image-id', 'person-a');
    expect(await rekognition('list-collections')).toMatchObject({ CollectionIds: [CollectionId] });
    expect(await rekognition('describe-collection', ...inCollection)).toMatchObject({ FaceCount: 1 });
    const { Faces } = await rekognition('list-faces', ...inCollection);
    expect(Faces).toMatchObject([{ ExternalImageId: 'person-a' }]);
    expect(await rekognition('search-faces-by-image', ...withPicture)).toMatchObject({
      FaceMatches: [{ Face: { ExternalImageId: 'person-a' } }],
    });
  });
});

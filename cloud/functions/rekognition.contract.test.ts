import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeDetectFaces } from './check-in/detect-faces.ts';
import { makeRekognitionSearch } from './ingest/rekognition-search.ts';
import { makeRekognitionFaceIndex } from './people/face-index.ts';

/** What the service answers by operation, and what it was asked. The SDK client and the wire are real. */
let answers: Record<string, { readonly status?: number; readonly body: object }>;
let asked: { readonly operation: string; readonly input: Record<string, unknown> }[];
let server: Server;
let client: RekognitionClient;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    asked.push({ operation, input: JSON.parse(Buffer.concat(chunks).toString()) });
    const { status = 200, body } = answers[operation] ?? { status: 500, body: {} };
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new RekognitionClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});
beforeEach(() => {
  answers = {};
  asked = [];
});
afterAll(() => {
  client.destroy();
  server.close();
});

const refuses = (code: string) => ({ status: 400, body: { __type: code, Message: code } });
const image = Buffer.from('picture');

describe('searching the collection', () => {
  const search = () => makeRekognitionSearch(client, 'rollcall-dev')(image);

  it('asks low and wide, so that a second person can be seen', async () => {
    answers.SearchFacesByImage = {
      body: {
        FaceMatches: [
          { Similarity: 99.9, Face: { FaceId: 'f1', ExternalImageId: 'p-ada' } },
          { Similarity: 88, Face: { FaceId: 'f2' } },
        ],
      },
    };
    expect(await search()).toEqual({ kind: 'faces', candidates: [{ personId: 'p-ada', similarity: 99.9 }] });
    expect(asked).toMatchObject([
      {
        input: {
          CollectionId: 'rollcall-dev',
          FaceMatchThreshold: 80,
          MaxFaces: 100,
          QualityFilter: 'NONE',
          Image: { Bytes: image.toString('base64') },
        },
      },
    ]);
  });

  it('knows a picture without a face by what AWS says about it', async () => {
    const Message = 'There are no faces in the image. Should be at least 1.';
    answers.SearchFacesByImage = { status: 400, body: { __type: 'InvalidParameterException', Message } };
    expect(await search()).toEqual({ kind: 'no_face' });
  });

  it.each([
    ['InvalidParameterException', 'picture_refused'],
    ['InvalidImageFormatException', 'not_a_jpeg'],
    ['ImageTooLargeException', 'picture_too_large'],
  ])('takes %s as a picture that is refused for good', async (code, reason) => {
    answers.SearchFacesByImage = refuses(code);
    expect(await search()).toEqual({ kind: 'refused', reason });
  });

  it.each(['ProvisionedThroughputExceededException', 'AccessDeniedException', 'ResourceNotFoundException'])(
    'throws %s',
    async (code) => {
      answers.SearchFacesByImage = refuses(code);
      await expect(search()).rejects.toMatchObject({ name: code });
    },
  );
});

describe('looking for faces', () => {
  const detect = () => makeDetectFaces(client)(image, { width: 640, height: 480 });

  it('gives the side of each in pixels, the same whichever way the picture lies', async () => {
    const faces = [
      { Width: 0.25, Height: 0.5, Left: 0.1, Top: 0.1 },
      { Width: 0.5, Height: 0.25, Left: 0.5, Top: 0.5 },
    ];
    answers.DetectFaces = { body: { FaceDetails: faces.map((BoundingBox) => ({ BoundingBox })) } };
    const side = Math.sqrt(160 * 240);
    expect(await detect()).toEqual({ kind: 'faces', sidesPx: [side, side] });
    answers.DetectFaces = { body: { FaceDetails: [] } };
    expect(await detect()).toEqual({ kind: 'faces', sidesPx: [] });
  });

  it('asks for neither age nor gender nor emotion', async () => {
    await detect().catch(() => undefined);
    expect(asked).toEqual([
      { operation: 'DetectFaces', input: { Image: { Bytes: image.toString('base64') } } },
    ]);
  });

  it('tells a picture that is refused from a call that failed', async () => {
    answers.DetectFaces = refuses('InvalidImageFormatException');
    expect(await detect()).toEqual({ kind: 'refused' });
    answers.DetectFaces = refuses('ThrottlingException');
    await expect(detect()).rejects.toMatchObject({ name: 'ThrottlingException' });
  });
});

describe('adding a face reference', () => {
  const index = () => makeRekognitionFaceIndex(client, 'rollcall-dev').add('p-ada', image);
  const record = { Face: { FaceId: 'face-1' } };

  it('names the person by their id alone', async () => {
    answers.IndexFaces = { body: { FaceRecords: [record], UnindexedFaces: [] } };
    expect(await index()).toEqual({ kind: 'indexed', faceId: 'face-1' });
    expect(asked).toMatchObject([
      { input: { ExternalImageId: 'p-ada', MaxFaces: 1, QualityFilter: 'AUTO' } },
    ]);
    expect(asked[0]?.input).not.toHaveProperty('DetectionAttributes');
  });

  it('takes back the face it got when there are several', async () => {
    answers.IndexFaces = {
      body: { FaceRecords: [record], UnindexedFaces: [{ Reasons: ['EXCEEDS_MAX_FACES'] }] },
    };
    answers.DeleteFaces = { body: { DeletedFaces: ['face-1'] } };
    expect(await index()).toEqual({ kind: 'several_faces' });
    expect(asked.at(-1)).toMatchObject({ operation: 'DeleteFaces', input: { FaceIds: ['face-1'] } });
  });

  it('passes on why a face was not good enough', async () => {
    const UnindexedFaces = [{ Reasons: ['LOW_SHARPNESS', 'EXTREME_POSE'] }, { Reasons: ['LOW_SHARPNESS'] }];
    answers.IndexFaces = { body: { FaceRecords: [], UnindexedFaces } };
    expect(await index()).toEqual({ kind: 'no_usable_face', reasons: ['LOW_SHARPNESS', 'EXTREME_POSE'] });
  });

  it('finds no face in what is no picture', async () => {
    answers.IndexFaces = refuses('InvalidImageFormatException');
    expect(await index()).toEqual({ kind: 'no_usable_face', reasons: [] });
  });
});

import { readFile } from 'node:fs/promises';
import {
  CreateCollectionCommand,
  CreateUserCommand,
  DeleteCollectionCommand,
  DescribeCollectionCommand,
  DetectFacesCommand,
  DetectLabelsCommand,
  IndexFacesCommand,
  type IndexFacesCommandInput,
  ListCollectionsCommand,
  ListFacesCommand,
  RekognitionClient,
  SearchFacesByImageCommand,
  type SearchFacesByImageCommandInput,
  SearchFacesCommand,
} from '@aws-sdk/client-rekognition';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RekognitionForTests } from './rekognition-for-tests.ts';
import { sampleCrop, samplePhoto } from './sample-crops.ts';

const CollectionId = 'rollcall-test';
const collectionArn = `arn:aws:rekognition:eu-central-1:000000000000:collection/${CollectionId}`;

const local = new RekognitionForTests((config) => new RekognitionClient(config));
const index = (Bytes: Uint8Array, rest: Partial<IndexFacesCommandInput> = {}) =>
  local.running.client.send(new IndexFacesCommand({ CollectionId, Image: { Bytes }, ...rest }));
const search = (Bytes: Uint8Array, rest: Partial<SearchFacesByImageCommandInput> = {}) =>
  local.running.client.send(new SearchFacesByImageCommand({ CollectionId, Image: { Bytes }, ...rest }));

beforeEach(async () => {
  await local.running.client.send(new CreateCollectionCommand({ CollectionId }));
});
afterEach(async () => {
  local.allowed = true;
  await local.running.client.send(new DeleteCollectionCommand({ CollectionId }));
});

describe('what Rekognition refuses', () => {
  const plain = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: '#557' } });

  it('a picture without a byte', async () => {
    await expect(search(new Uint8Array())).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('a search in a picture without a face', async () => {
    await expect(search(await plain(320, 240).jpeg().toBuffer())).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'There are no faces in the image. Should be at least 1.',
    });
    expect((await index(await plain(320, 240).jpeg().toBuffer())).FaceRecords).toEqual([]);
  });

  it('a picture with a side under 80 pixels', async () => {
    await expect(search(await plain(320, 79).jpeg().toBuffer())).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining('80'),
    });
  });

  it('bytes that are no JPEG or PNG, or a broken one', async () => {
    const whole = await sampleCrop('s6-2');
    for (const bytes of [
      Buffer.from('not a picture'),
      await plain(100, 100).webp().toBuffer(),
      whole.subarray(0, whole.length / 2),
    ]) {
      await expect(search(bytes)).rejects.toMatchObject({ name: 'InvalidImageFormatException' });
    }
  });

  it('a picture over 5 MB', async () => {
    await expect(search(Buffer.alloc(5 * 1024 * 1024 + 1))).rejects.toMatchObject({
      name: 'ImageTooLargeException',
    });
  });

  it('a collection that does not exist, in the words of AWS', async () => {
    const picture = await sampleCrop('s6-2');
    await expect(search(picture, { CollectionId: 'nowhere' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'The collection id: nowhere does not exist',
    });
    await expect(
      local.running.client.send(new CreateCollectionCommand({ CollectionId })),
    ).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
    });
  });

  it('what it does not know, by name', async () => {
    const picture = await sampleCrop('s6-2');
    await expect(index(picture, { DetectionAttributes: ['ALL'] })).rejects.toThrow('DetectionAttributes');
    await expect(index(picture, { ExternalImageId: 'with space' })).rejects.toThrow('ExternalImageId');
    await expect(index(picture, { DetectionAttributes: ['EMOTIONS'] })).rejects.toThrow(
      'DetectionAttributes',
    );
    for (const FaceMatchThreshold of [-1, 101])
      await expect(search(picture, { FaceMatchThreshold })).rejects.toThrow('FaceMatchThreshold');
    for (const MaxFaces of [0, 4097]) await expect(search(picture, { MaxFaces })).rejects.toThrow('MaxFaces');
    const inBucket = { CollectionId, Image: { S3Object: { Bucket: 'b', Name: 'n' } } };
    await expect(local.running.client.send(new SearchFacesByImageCommand(inBucket))).rejects.toThrow(
      /S3Object.*Image.Bytes/,
    );
    await expect(
      local.running.client.send(new ListFacesCommand({ CollectionId, UserId: 'u' })),
    ).rejects.toThrow('UserId');
  });

  it('age, gender and emotion', async () => {
    const Image = { Bytes: await sampleCrop('s6-2') };
    await expect(
      local.running.client.send(new DetectFacesCommand({ Image, Attributes: ['ALL'] })),
    ).rejects.toThrow(/Attributes/);
  });

  it('operations that Rollcall does not use, by name', async () => {
    const { client } = local.running;
    for (const command of [
      new DetectLabelsCommand({ Image: { Bytes: await sampleCrop('s6-2') } }),
      new SearchFacesCommand({ CollectionId, FaceId: '00000000-0000-0000-0000-000000000000' }),
      new CreateUserCommand({ CollectionId, UserId: 'person-a' }),
    ]) {
      const name = command.constructor.name.replace('Command', '');
      await expect(client.send(command as CreateUserCommand)).rejects.toMatchObject({
        name: 'UnknownOperationException',
        message: expect.stringMatching(new RegExp(`no operation ${name}\\. It has: .*SearchFacesByImage`)),
      });
    }
  });

  it('a caller whose policies do not allow the operation on this collection', async () => {
    local.allowed = false;
    await expect(search(await sampleCrop('s6-2'))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(local.running.served.asked.at(-1)).toMatchObject({
      action: 'rekognition:SearchFacesByImage',
      resource: collectionArn,
    });
  });
});

describe('collections', () => {
  it('are listed and described', async () => {
    await index(await sampleCrop('s6-2'), { ExternalImageId: 'person-a' });
    expect((await local.running.client.send(new ListCollectionsCommand({}))).CollectionIds).toEqual([
      CollectionId,
    ]);
    const described = await local.running.client.send(new DescribeCollectionCommand({ CollectionId }));
    expect(described).toMatchObject({ FaceCount: 1, CollectionARN: collectionArn });
    expect(Math.abs((described.CreationTimestamp?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it('list their faces page by page', async () => {
    const { FaceRecords = [] } = await index(await readFile(samplePhoto('sample6.jpg')));
    const first = await local.running.client.send(new ListFacesCommand({ CollectionId, MaxResults: 3 }));
    const rest = await local.running.client.send(
      new ListFacesCommand({ CollectionId, MaxResults: 3, NextToken: first.NextToken }),
    );
    const listed = [...(first.Faces ?? []), ...(rest.Faces ?? [])].map(({ FaceId }) => FaceId);
    expect(listed).toEqual(FaceRecords.map(({ Face }) => Face?.FaceId));
    expect(rest.NextToken).toBeUndefined();
    const invalid = local.running.client.send(new ListFacesCommand({ CollectionId, NextToken: 'bm9uZQ==' }));
    await expect(invalid).rejects.toMatchObject({ name: 'InvalidPaginationTokenException' });
  });

  it('come out of the template, and keep their faces when it is deployed again', async () => {
    const [provider] = local.running.rekognition.providers;
    const properties = provider?.properties.parse({ CollectionId });
    const declared = {
      logicalId: 'Faces',
      type: 'AWS::Rekognition::Collection',
      stackName: 'Test',
      properties,
    };
    await index(await sampleCrop('s6-2'), { ExternalImageId: 'person-a' });
    expect(await provider?.create(declared)).toEqual({
      ref: CollectionId,
      attributes: { Arn: collectionArn },
    });
    expect((await local.running.client.send(new DescribeCollectionCommand({ CollectionId }))).FaceCount).toBe(
      1,
    );
    expect(provider?.properties.safeParse({ CollectionId, Colour: 'red' }).success).toBe(false);
  });
});

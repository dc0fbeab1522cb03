import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  GetThingShadowCommand,
  IoTDataPlaneClient,
  PublishCommand as PublishToDevicesCommand,
} from '@aws-sdk/client-iot-data-plane';
import {
  DeleteFacesCommand,
  IndexFacesCommand,
  ListFacesCommand,
  RekognitionClient,
  SearchFacesByImageCommand,
} from '@aws-sdk/client-rekognition';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrolmentCrop, samplePerson, usablePeople } from '../../../device/camera/replay/sample-people.ts';
import { assemblyDir } from '../../../scripts/assembly.ts';
import { startLocalCloud } from '../local-cloud.ts';
import { clientSettings, createTarget, givenTarget, type TestTarget } from './environment.ts';

// What the product expects of the services that only a whole stack has, of the given target or of a local cloud.
// (Tables, buckets and user pools: the contract tests in their services' folders.)

let target: TestTarget;
let stop = async (): Promise<void> => {};

beforeAll(async () => {
  const given = givenTarget();
  if (given !== undefined) {
    target = given;
    return;
  }
  const stateDir = mkdtempSync(path.join(tmpdir(), 'rollcall-differential-'));
  const log = { info() {}, warn() {} };
  const cloud = await startLocalCloud({ assemblyDir, stateDir, dashboardPort: 0, log });
  target = createTarget(cloud.outputs, {
    region: cloud.region,
    endpoint: cloud.awsUrl,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  stop = async () => {
    await cloud.stop();
    rmSync(stateDir, { recursive: true, force: true });
  };
});
afterAll(() => stop());

describe('Rekognition', () => {
  let rekognition: RekognitionClient;
  const [one = '', other = ''] = usablePeople().map(({ id }) => id);
  const pictureOf = async (id: string) => ({ Bytes: await enrolmentCrop(samplePerson(id)) });
  const search = (Image: { Bytes: Uint8Array }, CollectionId = target.collectionId) =>
    rekognition.send(new SearchFacesByImageCommand({ CollectionId, Image, FaceMatchThreshold: 80 }));

  beforeAll(() => {
    rekognition = new RekognitionClient(clientSettings(target));
  });
  afterAll(() => rekognition.destroy());

  it('finds a face again by the name that it was given, no other, and none once it is deleted', async () => {
    const CollectionId = target.collectionId;
    const ExternalImageId = randomUUID();
    const picture = await pictureOf(one);
    const { FaceRecords = [] } = await rekognition.send(
      new IndexFacesCommand({
        CollectionId,
        Image: picture,
        ExternalImageId,
        MaxFaces: 1,
        DetectionAttributes: [],
      }),
    );
    expect(FaceRecords).toMatchObject([{ Face: { ExternalImageId } }]);
    const FaceIds = FaceRecords.map(({ Face }) => Face?.FaceId ?? '');
    const smaller = { Bytes: await sharp(picture.Bytes).resize(160).jpeg({ quality: 70 }).toBuffer() };
    const { FaceMatches = [], SearchedFaceConfidence } = await search(smaller);
    expect(FaceMatches.map(({ Face }) => Face?.ExternalImageId)).toEqual([ExternalImageId]);
    expect(FaceMatches[0]?.Similarity).toBeGreaterThan(99);
    expect(SearchedFaceConfidence).toBeGreaterThan(90);
    expect((await search(await pictureOf(other))).FaceMatches).toEqual([]);
    const { Faces = [] } = await rekognition.send(new ListFacesCommand({ CollectionId }));
    expect(Faces.map(({ FaceId }) => FaceId)).toEqual(FaceIds);
    const deleted = await rekognition.send(new DeleteFacesCommand({ CollectionId, FaceIds }));
    expect(deleted.DeletedFaces).toEqual(FaceIds);
    expect((await search(smaller)).FaceMatches).toEqual([]);
  });

  it.each<[string, () => Promise<unknown>, string]>([
    [
      'a picture without a face',
      async () => search({ Bytes: await emptyPicture() }),
      'InvalidParameterException',
    ],
    [
      'what is no picture',
      () => search({ Bytes: Buffer.from('no picture at all') }),
      'InvalidImageFormatException',
    ],
    [
      'a collection that nobody made',
      async () => search(await pictureOf(one), `rollcall-${randomUUID()}`),
      'ResourceNotFoundException',
    ],
  ])('refuses %s', async (_, call, name) => {
    await expect(call()).rejects.toMatchObject({ name });
  });
});

const emptyPicture = (): Promise<Buffer> =>
  sharp({ create: { width: 320, height: 320, channels: 3, background: '#808080' } })
    .jpeg()
    .toBuffer();

describe('SQS', () => {
  let sqs: SQSClient;
  beforeAll(() => {
    sqs = new SQSClient(clientSettings(target));
  });
  afterAll(() => sqs.destroy());

  it('gives a message under the stack’s key back, until it is deleted', async () => {
    const QueueUrl = target.queueUrl;
    const MessageBody = `{"é":"${randomUUID()}"}`;
    const sent = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        WaitTimeSeconds: 10,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      }),
    );
    expect(Messages).toMatchObject([
      { MessageId: sent.MessageId, Body: MessageBody, Attributes: { ApproximateReceiveCount: '1' } },
    ]);
    const ReceiptHandle = Messages[0]?.ReceiptHandle;
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['MessageRetentionPeriod', 'QueueArn'] }),
    );
    expect(Attributes).toEqual({
      MessageRetentionPeriod: String(14 * 24 * 3600),
      QueueArn: expect.stringMatching(/^arn:aws:sqs:[\w-]+:\d{12}:rollcall-.*-ingest-dead$/),
    });
  });

  it('does not know a queue that nobody made', async () => {
    const unknown = { QueueUrl: `${target.queueUrl}-${randomUUID()}`, MessageBody: 'x' };
    await expect(sqs.send(new SendMessageCommand(unknown))).rejects.toMatchObject({
      name: expect.stringMatching(/QueueDoesNotExist|NonExistentQueue/),
    });
  });
});

it('SNS takes an alert for the stack’s topic, and for no other', async () => {
  const sns = new SNSClient(clientSettings(target));
  const alert = { Subject: 'contract', Message: 'a test of the contract' };
  const { MessageId } = await sns.send(new PublishCommand({ TopicArn: target.topicArn, ...alert }));
  expect(MessageId).toMatch(/^[0-9a-f-]{36}$/);
  const unknown = sns.send(new PublishCommand({ TopicArn: `${target.topicArn}-unknown`, ...alert }));
  await expect(unknown).rejects.toMatchObject({ name: 'NotFoundException' });
  sns.destroy();
});

describe('the IoT data plane', () => {
  let iot: IoTDataPlaneClient;
  beforeAll(() => {
    iot = new IoTDataPlaneClient(clientSettings(target));
  });
  afterAll(() => iot.destroy());
  const publish = (topic: string) =>
    iot.send(new PublishToDevicesCommand({ topic, qos: 1, payload: Buffer.from('{}') }));

  it('takes a verdict for a door, whether it listens or not', async () => {
    const { $metadata } = await publish(`rollcall/v1/contract-${randomUUID()}/verdicts`);
    expect($metadata.httpStatusCode).toBe(200);
  });

  it.each([
    ['over 256 bytes', 'x'.repeat(257)],
    ['of more than eight levels', 'a/b/c/d/e/f/g/h/i'],
    ['with a wildcard', 'rollcall/v1/+/verdicts'],
  ])('refuses a topic %s', async (_, topic) => {
    await expect(publish(topic)).rejects.toMatchObject({ name: 'InvalidRequestException' });
  });

  it('has no shadow of a door that never was', async () => {
    const thingName = `contract-${randomUUID()}`;
    await expect(
      iot.send(new GetThingShadowCommand({ thingName, shadowName: 'agent' })),
    ).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

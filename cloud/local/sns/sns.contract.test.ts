import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, it, onTestFinished } from 'vitest';
import { accountKey, overTlsOnly, startMessaging, topicArn } from '../messaging-for-tests.ts';

const alerts = topicArn('alerts');

const start = async (options: Parameters<typeof startMessaging>[0] & { readonly topic?: object } = {}) => {
  const messaging = await startMessaging(options);
  const key = await messaging.create('AWS::KMS::Key', accountKey);
  const keyArn = key.attributes.Arn ?? '';
  await messaging.create('AWS::SNS::Topic', {
    TopicName: 'alerts',
    KmsMasterKeyId: keyArn,
    ...options.topic,
  });
  await messaging.create('AWS::SNS::TopicPolicy', {
    Topics: [alerts],
    PolicyDocument: overTlsOnly('sns:Publish', alerts),
  });
  const publish = async (given: object = {}, credentials = messaging.config.credentials) => {
    const client = new SNSClient({ ...messaging.config, credentials });
    onTestFinished(() => client.destroy());
    return client.send(new PublishCommand({ TopicArn: alerts, Message: 'a gap', ...given }));
  };
  return { ...messaging, keyArn, publish };
};

describe('a topic', () => {
  it('keeps what was published for the developer to read, and how many it would have been mailed to', async () => {
    const { publish, sns, create } = await start();
    await create('AWS::SNS::Subscription', {
      TopicArn: alerts,
      Protocol: 'email',
      Endpoint: 'ops@example.com',
    });
    const { MessageId } = await publish({ Subject: 'Door 1', Message: 'missing 3–5 & more' });
    expect(sns.notifications()).toEqual([
      {
        messageId: MessageId,
        topicArn: alerts,
        atMs: Date.parse('2026-01-01T08:00:00Z'),
        subject: 'Door 1',
        message: 'missing 3–5 & more',
        recipients: 1,
      },
    ]);
  });

  it('keeps it over a restart, in order', async () => {
    const first = await start();
    await first.publish({ Message: 'one' });
    first.pass(1000);
    await first.publish({ Message: 'two' });
    await first.stop();
    const { sns } = await start({ dir: first.dir });
    expect(sns.notifications().map(({ message }) => message)).toEqual(['one', 'two']);
  });

  it('lets a role publish that has grants on the topic and its key', async () => {
    const { publish, role, sns, keyArn } = await start();
    const credentials = await role([
      { Action: 'sns:Publish', Resource: alerts },
      { Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: keyArn },
    ]);
    await publish({}, credentials);
    expect(sns.notifications()).toHaveLength(1);
  });

  it.each([
    ['sns:Publish', 'AuthorizationErrorException'],
    ['kms:GenerateDataKey', 'KMSAccessDeniedException'],
    ['kms:Decrypt', 'KMSAccessDeniedException'],
  ])('refuses a role without %s', async (missing, name) => {
    const { publish, role, denials, sns, keyArn } = await start();
    const grants = [
      { Action: 'sns:Publish', Resource: alerts },
      { Action: 'kms:GenerateDataKey', Resource: keyArn },
      { Action: 'kms:Decrypt', Resource: keyArn },
    ];
    const credentials = await role(grants.filter(({ Action }) => Action !== missing));
    await expect(publish({}, credentials)).rejects.toMatchObject({
      name,
      message: expect.stringContaining(`is not authorized to perform: ${missing} on resource`),
    });
    expect(denials.list()).toMatchObject([{ action: missing }]);
    expect(sns.notifications()).toEqual([]);
  });

  it.each([
    ['a topic that does not exist', { TopicArn: topicArn('none') }, 'NotFoundException'],
    ['an empty message', { Message: '' }, 'InvalidParameterException'],
    ['a message over 256 KiB', { Message: 'x'.repeat(262_145) }, 'InvalidParameterException'],
    ['a subject of two lines', { Subject: 'a\nb' }, 'InvalidParameterException'],
    ['a subject over 100 characters', { Subject: 'x'.repeat(101) }, 'InvalidParameterException'],
    ['a structure by protocol', { MessageStructure: 'json' }, 'InvalidParameterException'],
    ['a text message', { TopicArn: undefined, PhoneNumber: '+49123' }, 'InvalidParameterException'],
  ])('refuses %s', async (_, given, name) => {
    const { publish } = await start();
    await expect(publish(given)).rejects.toMatchObject({ name });
  });

  it.each([
    ['a wrong secret', { accessKeyId: 'local', secretAccessKey: 'guess' }, 'SignatureDoesNotMatch'],
    ['an unknown key', { accessKeyId: 'nobody', secretAccessKey: 'x' }, 'InvalidClientTokenId'],
  ])('refuses %s in the words of the query protocol', async (_, credentials, name) => {
    const { publish } = await start();
    await expect(publish({}, credentials)).rejects.toMatchObject({ name });
  });

  it.each([
    ['AWS::SNS::Subscription', { TopicArn: alerts, Protocol: 'sqs', Endpoint: 'arn:aws:sqs:x' }],
    [
      'AWS::SNS::Subscription',
      { TopicArn: alerts, Protocol: 'email', Endpoint: 'a@example.com', FilterPolicy: {} },
    ],
    ['AWS::SNS::Topic', { TopicName: 'fifo', FifoTopic: true }],
  ])('refuses what it cannot do in the template: %s', async (type, properties) => {
    const { create } = await start();
    await expect(create(type, properties)).rejects.toThrow();
  });
});

import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { accountKey, overTlsOnly, queueArn, roleArn, startMessaging } from '../messaging-for-tests.ts';

const work = queueArn('work');
const toQueue = (...actions: string[]) => ({
  Action: actions.map((action) => `sqs:${action}`),
  Resource: work,
});

/** A queue under a key of the template, and the role `worker` with the grants that `grants` makes of the key's ARN. */
const start = async (
  grants: (keyArn: string) => readonly { Action: string[]; Resource: string }[],
  key: object = accountKey,
) => {
  const messaging = await startMessaging();
  const created = await messaging.create('AWS::KMS::Key', key);
  const keyArn = created.attributes.Arn ?? '';
  const QueueUrl = await messaging.queue('work', { KmsMasterKeyId: keyArn });
  await messaging.create('AWS::SQS::QueuePolicy', {
    Queues: [QueueUrl],
    PolicyDocument: overTlsOnly('sqs:*', work),
  });
  const credentials = await messaging.role(grants(keyArn));
  const client = new SQSClient({ ...messaging.config, credentials });
  return {
    ...messaging,
    keyArn,
    send: () => client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' })),
    receive: () => client.send(new ReceiveMessageCommand({ QueueUrl })),
  };
};

describe('a role at an encrypted queue', () => {
  it('sends and receives with grants on the queue and its key', async () => {
    const { send, receive } = await start((Resource) => [
      toQueue('SendMessage', 'ReceiveMessage'),
      { Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource },
    ]);
    await send();
    expect((await receive()).Messages).toHaveLength(1);
  });

  it('is refused without a grant on the queue, in the words of AWS', async () => {
    const { send, denials } = await start((Resource) => [
      { Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource },
    ]);
    await expect(send()).rejects.toMatchObject({
      name: expect.stringMatching(/AccessDenied/),
      message: `User: arn:aws:sts::000000000000:assumed-role/worker/local is not authorized to perform: sqs:SendMessage on resource: ${work} because no identity-based policy allows the sqs:SendMessage action`,
    });
    expect(denials.list()).toMatchObject([{ action: 'sqs:SendMessage', resource: work }]);
  });

  it.each([
    ['sending', 'kms:GenerateDataKey', ['kms:Decrypt']],
    ['sending', 'kms:Decrypt', ['kms:GenerateDataKey']],
  ])('is refused %s without %s', async (_, missing, Action) => {
    const { send, denials, keyArn } = await start((Resource) => [
      toQueue('SendMessage'),
      { Action, Resource },
    ]);
    await expect(send()).rejects.toMatchObject({
      name: 'KmsAccessDenied',
      message: expect.stringContaining(`is not authorized to perform: ${missing} on resource: ${keyArn}`),
    });
    expect(denials.list()).toMatchObject([{ action: missing, resource: keyArn }]);
  });

  it('is refused receiving without kms:Decrypt', async () => {
    const { receive } = await start((Resource) => [
      toQueue('ReceiveMessage'),
      { Action: ['kms:GenerateDataKey'], Resource },
    ]);
    await expect(receive()).rejects.toMatchObject({ name: 'KmsAccessDenied' });
  });

  it('is refused when the policy of the key leaves nothing to the policies of roles', async () => {
    const onlyOneService = {
      KeyPolicy: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'kms:*', Principal: { Service: 'sns.amazonaws.com' }, Resource: '*' },
        ],
      },
    };
    const { send } = await start(
      (Resource) => [toQueue('SendMessage'), { Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource }],
      onlyOneService,
    );
    await expect(send()).rejects.toMatchObject({
      name: 'KmsAccessDenied',
      message: expect.stringContaining('no resource-based policy allows the kms:GenerateDataKey action'),
    });
  });
});

describe('services that send to a queue', () => {
  it('act as a role, which needs the grant', async () => {
    const { sqs } = await start((Resource) => [
      toQueue('SendMessage'),
      { Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource },
    ]);
    await sqs.sender.send({ arn: work }, 'a', { roleArn }, { why: 'because' });
    expect(sqs.depths()).toMatchObject([{ visible: 1 }]);
    await expect(sqs.sender.send({ arn: queueArn('none') }, 'a', { roleArn })).rejects.toMatchObject({
      code: 'QueueDoesNotExist',
    });
    await expect(sqs.sender.send({ arn: work }, 'x'.repeat(1_048_577), { roleArn })).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
    });
  });

  it('act for themselves only where the policies of queue and key let them in, and only from the resource named there', async () => {
    const { sqs, create, queue } = await startMessaging();
    const allow = (Action: string, Resource: string, Condition: object) => ({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action, Resource, Principal: { Service: 'sns.amazonaws.com' }, Condition },
      ],
    });
    const key = await create('AWS::KMS::Key', {
      KeyPolicy: allow('kms:*', '*', { StringEquals: { 'aws:SourceAccount': '000000000000' } }),
    });
    const url = await queue('work', { KmsMasterKeyId: key.ref });
    const source = 'arn:aws:sns:eu-central-1:000000000000:alerts';
    const from = (sourceArn: string) =>
      sqs.sender.send({ url }, 'a', { service: 'sns.amazonaws.com', sourceArn });
    await expect(from(source)).rejects.toMatchObject({ code: 'AccessDeniedException' });
    await create('AWS::SQS::QueuePolicy', {
      Queues: [url],
      PolicyDocument: allow('sqs:SendMessage', work, { ArnEquals: { 'aws:SourceArn': source } }),
    });
    await from(source);
    await expect(from(`${source}-other`)).rejects.toMatchObject({ code: 'AccessDeniedException' });
  });

  it('are refused by a policy that denies everybody', async () => {
    const { sqs, create, queue, role } = await startMessaging();
    const url = await queue('work');
    await role([{ Action: 'sqs:*', Resource: work }]);
    await create('AWS::SQS::QueuePolicy', {
      Queues: [url],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Action: 'sqs:SendMessage', Principal: '*', Resource: work }],
      },
    });
    await expect(sqs.sender.send({ url }, 'a', { roleArn })).rejects.toMatchObject({
      code: 'AccessDeniedException',
      message: expect.stringContaining('explicit deny'),
    });
  });
});

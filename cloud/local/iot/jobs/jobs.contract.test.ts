import { once } from 'node:events';
import {
  CancelJobCommand,
  CreateJobCommand,
  DeleteJobCommand,
  DescribeJobCommand,
  DescribeJobExecutionCommand,
  GetJobDocumentCommand,
  IoTClient,
  ListJobExecutionsForJobCommand,
  ListJobExecutionsForThingCommand,
  ListJobsCommand,
} from '@aws-sdk/client-iot';
import { iotidentity, iotjobs, mqtt5, iot as sdkIot } from 'aws-iot-device-sdk-v2';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { arn } from '../../account.ts';
import type { LocalIot } from '../iot.ts';
import { clientOptions } from '../testing/api.ts';
import { type Enrolled, makeMqttClients } from '../testing/mqtt-clients.ts';
import { startWithDoor } from '../testing/start-with-door.ts';

const sdk = { iot: sdkIot, iotidentity, mqtt5 };
const clients = makeMqttClients(sdk);
const { JobStatus } = iotjobs.model;
const thingName = 'rollcall-test-1';
const target = arn('iot', `thing/${thingName}`);
const document = JSON.stringify({ operation: 'update', version: '1.4.0' });
const opened: iotjobs.IotJobsClientv2[] = [];

let iot: LocalIot;
let door: Enrolled;
let api: IoTClient;
let stop: () => Promise<void>;
let count = 0;

beforeAll(async () => {
  let url: string;
  ({ iot, door, url, stop } = await startWithDoor(sdk, clients));
  api = new IoTClient(clientOptions(url));
});
afterEach(async () => {
  for (const jobs of opened.splice(0)) jobs.close();
  await clients.closeAll();
  const { jobs: left = [] } = await api.send(new ListJobsCommand({}));
  for (const { jobId } of left) await api.send(new DeleteJobCommand({ jobId, force: true }));
});
afterAll(async () => {
  api.destroy();
  await stop();
});

const openJobs = async () => {
  const client = await clients.connect(iot.endpoint, thingName, door);
  const jobs = iotjobs.IotJobsClientv2.newFromMqtt5(client, {
    maxRequestResponseSubscriptions: 6,
    maxStreamingSubscriptions: 4,
    operationTimeoutInSeconds: 10,
  });
  opened.push(jobs);
  return jobs;
};

const createJob = async (): Promise<string> => {
  count += 1;
  const jobId = `job-${count}`;
  await api.send(new CreateJobCommand({ jobId, targets: [target], document, targetSelection: 'SNAPSHOT' }));
  return jobId;
};

const rejection = (request: Promise<unknown>) =>
  request.then(
    () => undefined,
    (error: { modeledError?: { code?: string } }) => error.modeledError,
  );

describe('the SDK’s jobs client', () => {
  it('hears of a job, takes it, reports and is done', async () => {
    const jobs = await openJobs();
    const stream = jobs.createNextJobExecutionChangedStream({ thingName });
    const next: (string | undefined)[] = [];
    stream.on('incomingPublish', ({ message }) => next.push(message.execution?.jobId));
    const subscribed = once(stream, 'subscriptionStatus');
    stream.open();
    await subscribed;

    const jobId = await createJob();
    await vi.waitFor(() => expect(next).toEqual([jobId]));
    expect(await jobs.getPendingJobExecutions({ thingName })).toMatchObject({
      queuedJobs: [{ jobId, versionNumber: 1, executionNumber: 1 }],
      inProgressJobs: [],
    });
    const started = await jobs.startNextPendingJobExecution({ thingName, statusDetails: { step: 'fetch' } });
    expect(started.execution).toMatchObject({
      jobId,
      thingName,
      status: 'IN_PROGRESS',
      versionNumber: 2,
      jobDocument: { operation: 'update', version: '1.4.0' },
      statusDetails: { step: 'fetch' },
    });
    const reported = await jobs.updateJobExecution({
      thingName,
      jobId,
      status: JobStatus.SUCCEEDED,
      expectedVersion: 2,
      includeJobExecutionState: true,
    });
    expect(reported.executionState).toMatchObject({ status: 'SUCCEEDED', versionNumber: 3 });
    await vi.waitFor(() => expect(next).toEqual([jobId, undefined]));
    const { job } = await api.send(new DescribeJobCommand({ jobId }));
    expect(job).toMatchObject({ status: 'COMPLETED', jobProcessDetails: { numberOfSucceededThings: 1 } });
    stream.close();
  });

  it('has nothing to start when nothing waits', async () => {
    const jobs = await openJobs();
    expect((await jobs.startNextPendingJobExecution({ thingName })).execution).toBeUndefined();
    expect((await jobs.describeJobExecution({ thingName, jobId: '$next' })).execution).toBeUndefined();
  });

  it('is refused with the codes of AWS, a conflict with the state as it is', async () => {
    const jobs = await openJobs();
    const jobId = await createJob();
    const update = (more: object) =>
      jobs.updateJobExecution({ thingName, jobId, status: JobStatus.SUCCEEDED, ...more });
    expect(await rejection(update({ expectedVersion: 9 }))).toMatchObject({
      code: 'VersionMismatch',
      executionState: { status: 'QUEUED', versionNumber: 1 },
    });
    await update({});
    expect(await rejection(update({ status: JobStatus.IN_PROGRESS }))).toMatchObject({
      code: 'InvalidStateTransition',
    });
    expect(await rejection(jobs.describeJobExecution({ thingName, jobId: 'none' }))).toMatchObject({
      code: 'ResourceNotFound',
    });
  });

  it('cannot ask for the jobs of another thing', async () => {
    const client = await clients.connect(iot.endpoint, thingName, door);
    const topicName = '$aws/things/rollcall-test-2/jobs/get';
    const { reasonCode } = (await client.publish({ topicName, qos: mqtt5.QoS.AtLeastOnce })) as {
      reasonCode: number;
    };
    expect(reasonCode).toBe(135);
  });
});

describe('the operator’s API', () => {
  it('creates, describes, lists and cancels', async () => {
    const jobId = await createJob();
    expect((await api.send(new GetJobDocumentCommand({ jobId }))).document).toBe(document);
    const { execution } = await api.send(new DescribeJobExecutionCommand({ jobId, thingName }));
    expect(execution).toMatchObject({
      jobId,
      thingArn: target,
      status: 'QUEUED',
      queuedAt: expect.any(Date),
    });
    const ofJob = await api.send(new ListJobExecutionsForJobCommand({ jobId, status: 'QUEUED' }));
    expect(ofJob.executionSummaries).toMatchObject([{ thingArn: target }]);
    await api.send(new CancelJobCommand({ jobId, comment: 'not today' }));
    const { job } = await api.send(new DescribeJobCommand({ jobId }));
    expect(job).toMatchObject({ status: 'CANCELED', comment: 'not today', targets: [target] });
    const ofThing = await api.send(new ListJobExecutionsForThingCommand({ thingName }));
    expect(ofThing.executionSummaries).toMatchObject([
      { jobId, jobExecutionSummary: { status: 'CANCELED' } },
    ]);
  });

  it.each([
    ['a thing that is not there', { targets: [arn('iot', 'thing/ghost')] }, 'ResourceNotFoundException'],
    ['a thing group', { targets: [arn('iot', 'thinggroup/all')] }, 'InvalidRequestException'],
    ['a document beyond 32 KB', { document: JSON.stringify('x'.repeat(32_768)) }, 'InvalidRequestException'],
    ['a document that is no JSON', { document: 'update!' }, 'InvalidRequestException'],
    [
      'a time limit, which is not emulated',
      { timeoutConfig: { inProgressTimeoutInMinutes: 5 } },
      'InvalidRequestException',
    ],
  ])('refuses a job for %s', async (_, change, name) => {
    const input = { jobId: 'bad', targets: [target], document, ...change };
    await expect(api.send(new CreateJobCommand(input))).rejects.toMatchObject({ name });
  });

  it('refuses the same id twice', async () => {
    const jobId = await createJob();
    await expect(
      api.send(new CreateJobCommand({ jobId, targets: [target], document })),
    ).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
    });
  });
});

import { type DeviceReply, type DeviceService, jsonReply } from '../device-service.ts';
import {
  DescribeRequest,
  GetPendingRequest,
  jobTokenOf,
  parseJobRequest,
  StartNextRequest,
  UpdateRequest,
} from './job-requests.ts';
import { executionForDevice, executionState, summaryForDevice } from './job-views.ts';
import { JobError, type Jobs } from './jobs.ts';

const requestTopic =
  /^\$aws\/things\/(?<thing>[a-zA-Z0-9:_-]{1,128})\/jobs\/(?:(?<list>get|start-next)|(?<job>[a-zA-Z0-9_-]{1,64}|\$next)\/(?<one>get|update))$/;

/**
 * IoT Jobs over MQTT (AWS IoT developer guide, "Jobs device MQTT API"). Answers go to the asker alone; a change is on disk
 * before the request is acknowledged.
 */
export const makeJobTopics = ({
  jobs,
  now,
}: {
  readonly jobs: Jobs;
  readonly now: () => number;
}): DeviceService => {
  const documentOf = (jobId: string): unknown => JSON.parse(jobs.job(jobId).document);

  const getPending = (thing: string, payload: Buffer): object => {
    parseJobRequest(GetPendingRequest, payload);
    const pending = jobs.pending(thing);
    const summaries = (status: string) =>
      pending.filter((one) => one.status === status).map(summaryForDevice);
    return { inProgressJobs: summaries('IN_PROGRESS'), queuedJobs: summaries('QUEUED') };
  };

  const startNext = async (thing: string, payload: Buffer): Promise<object> => {
    const { statusDetails } = parseJobRequest(StartNextRequest, payload);
    const started = await jobs.startNext(thing, statusDetails);
    return started === undefined ? {} : { execution: executionForDevice(started, documentOf(started.jobId)) };
  };

  const describe = (thing: string, jobId: string, payload: Buffer): object => {
    const { includeJobDocument } = parseJobRequest(DescribeRequest, payload);
    if (jobId === '$next' && jobs.next(thing) === undefined) return {};
    const execution = jobs.execution(thing, jobId);
    const document = includeJobDocument ? documentOf(execution.jobId) : undefined;
    return { execution: executionForDevice(execution, document) };
  };

  const update = async (thing: string, jobId: string, payload: Buffer): Promise<object> => {
    const request = parseJobRequest(UpdateRequest, payload);
    const execution = await jobs.update(thing, jobId, request);
    return {
      ...(request.includeJobExecutionState ? { executionState: executionState(execution) } : {}),
      ...(request.includeJobDocument ? { jobDocument: documentOf(execution.jobId) } : {}),
    };
  };

  const run = async (topic: string, payload: Buffer): Promise<object> => {
    const { thing = '', list, job = '', one } = requestTopic.exec(topic)?.groups ?? {};
    if (list === 'get') return getPending(thing, payload);
    if (list === 'start-next') return startNext(thing, payload);
    return one === 'update' ? update(thing, job, payload) : describe(thing, job, payload);
  };

  return {
    answers: (topic) => requestTopic.test(topic),
    acknowledgesAfterwards: true,
    async answer({ topic, payload }): Promise<readonly DeviceReply[]> {
      const common = { timestamp: Math.floor(now() / 1000), ...jobTokenOf(payload) };
      try {
        const body = { ...(await run(topic, payload)), ...common };
        return [jsonReply('asker', `${topic}/accepted`, body)];
      } catch (error) {
        if (!(error instanceof JobError)) throw error;
        const { code, message, execution } = error;
        const state = execution === undefined ? {} : { executionState: executionState(execution) };
        return [jsonReply('asker', `${topic}/rejected`, { code, message, ...state, ...common })];
      }
    },
  };
};

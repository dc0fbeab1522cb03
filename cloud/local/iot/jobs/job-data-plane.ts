import type { Service } from '../../gateway/service.ts';
import { makeRestService, type RestCall } from '../http/rest-service.ts';
import { asHttp } from './job-http-errors.ts';
import type { Execution } from './job-model.ts';
import { parseJobRequest, StartNextRequest, UpdateRequest } from './job-requests.ts';
import { executionForDevice, executionState, summaryForDevice, thingArn } from './job-views.ts';
import { JobError, type Jobs } from './jobs.ts';

const path = '/things/{thingName}/jobs';

/** IoT Jobs over HTTPS for devices: the service `iot-jobs-data`. Documents are JSON text here. */
export const makeJobDataPlane = ({
  jobs,
  isThing,
}: {
  readonly jobs: Jobs;
  readonly isThing: (name: string) => boolean;
}): Service => {
  const authorizedThing = ({ request, parameter }: RestCall, action: string): string => {
    const thing = parameter('thingName');
    request.authorize(`iotjobsdata:${action}`, thingArn(thing));
    if (!isThing(thing)) throw new JobError('ResourceNotFound', `There is no thing ${thing}.`);
    return thing;
  };

  const view = (execution: Execution | undefined, withDocument = true) =>
    execution === undefined
      ? {}
      : {
          execution: executionForDevice(
            execution,
            withDocument ? jobs.job(execution.jobId).document : undefined,
          ),
        };

  return makeRestService({
    title: 'IoT Jobs data plane',
    signingNames: ['iot-jobs-data'],
    operations: [
      {
        name: 'GetPendingJobExecutions',
        method: 'GET',
        path,
        run: (call) =>
          asHttp(() => {
            const pending = jobs.pending(authorizedThing(call, 'GetPendingJobExecutions'));
            const summaries = (status: string) =>
              pending.filter((one) => one.status === status).map(summaryForDevice);
            return { inProgressJobs: summaries('IN_PROGRESS'), queuedJobs: summaries('QUEUED') };
          }),
      },
      {
        name: 'StartNextPendingJobExecution',
        method: 'PUT',
        path: `${path}/$next`,
        run: (call) =>
          asHttp(async () => {
            const thing = authorizedThing(call, 'StartNextPendingJobExecution');
            const { statusDetails } = parseJobRequest(StartNextRequest, call.request.body);
            return view(await jobs.startNext(thing, statusDetails));
          }),
      },
      {
        name: 'DescribeJobExecution',
        method: 'GET',
        path: `${path}/{jobId}`,
        run: (call) =>
          asHttp(() => {
            const thing = authorizedThing(call, 'DescribeJobExecution');
            const jobId = call.parameter('jobId');
            if (jobId === '$next') return view(jobs.next(thing));
            const withDocument = call.request.query.get('includeJobDocument') !== 'false';
            return view(jobs.execution(thing, jobId), withDocument);
          }),
      },
      {
        name: 'UpdateJobExecution',
        method: 'POST',
        path: `${path}/{jobId}`,
        run: (call) =>
          asHttp(async () => {
            const thing = authorizedThing(call, 'UpdateJobExecution');
            const update = parseJobRequest(UpdateRequest, call.request.body);
            const execution = await jobs.update(thing, call.parameter('jobId'), update);
            return {
              ...(update.includeJobExecutionState ? { executionState: executionState(execution) } : {}),
              ...(update.includeJobDocument ? { jobDocument: jobs.job(execution.jobId).document } : {}),
            };
          }),
      },
    ],
  });
};

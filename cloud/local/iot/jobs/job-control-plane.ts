import { z } from 'zod';
import { pageOf } from '../http/paging.ts';
import { bodyOf, invalidRequest, notFound, type RestCall, type RestOperation } from '../http/rest-service.ts';
import { asHttp } from './job-http-errors.ts';
import { ExecutionStatus } from './job-model.ts';
import type { JobStore } from './job-store.ts';
import {
  executionDescription,
  executionSummary,
  jobArn,
  jobDescription,
  jobSummary,
  thingArn,
} from './job-views.ts';
import type { Jobs } from './jobs.ts';

const maxDocumentBytes = 32 * 1024;

/** Strict: roll-outs, time limits and thing groups are refused by their names. */
const CreateJobBody = z.strictObject({
  targets: z.array(z.string()).min(1).max(100),
  document: z.string().refine((text) => Buffer.byteLength(text) <= maxDocumentBytes),
  description: z.string().max(2028).optional(),
  targetSelection: z.literal('SNAPSHOT').optional(),
  // inert: labels
  tags: z.unknown().optional(),
});

const CancelJobBody = z.strictObject({
  comment: z.string().max(2028).optional(),
  reasonCode: z.string().max(128).optional(),
});

const CancelExecutionBody = z.strictObject({ expectedVersion: z.int().optional() });

const isForced = ({ request }: RestCall): boolean => request.query.get('force') === 'true';

const wantedStatus = ({ request }: RestCall): string | undefined => {
  const status = request.query.get('status');
  if (status === null) return undefined;
  if (!ExecutionStatus.safeParse(status).success) throw invalidRequest(`There is no status ${status}.`);
  return status;
};

/** IoT's control plane for jobs, as far as a snapshot of things needs it. */
export const makeJobOperations = ({
  jobs,
  store,
  isThing,
}: {
  readonly jobs: Jobs;
  readonly store: JobStore;
  readonly isThing: (name: string) => boolean;
}): readonly RestOperation[] => {
  const authorizedJob = ({ request, parameter }: RestCall, action: string): string => {
    const jobId = parameter('jobId');
    request.authorize(`iot:${action}`, jobArn(jobId));
    return jobId;
  };

  const thingOf = (target: string): string => {
    const name = /:thing\/([^/]+)$/.exec(target)?.[1];
    if (name === undefined || target !== thingArn(name))
      throw invalidRequest(`Only things of this account can be targets here, not ${target}.`);
    if (!isThing(name)) throw notFound(`Target ${target} cannot be found.`);
    return name;
  };

  const createJob = async (call: RestCall) => {
    const jobId = authorizedJob(call, 'CreateJob');
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(jobId)) throw invalidRequest(`${jobId} is no valid job id.`);
    const { targets, document, description } = bodyOf(call.request, CreateJobBody);
    for (const target of targets) call.request.authorize('iot:CreateJob', target);
    try {
      JSON.parse(document);
    } catch {
      throw invalidRequest('The job document is not JSON.');
    }
    const job = { id: jobId, document, targets, ...(description === undefined ? {} : { description }) };
    await jobs.create(job, [...new Set(targets.map(thingOf))]);
    return { jobArn: jobArn(jobId), jobId, description };
  };

  const cancelJob = async (call: RestCall) => {
    const jobId = authorizedJob(call, 'CancelJob');
    const { comment, reasonCode } = bodyOf(call.request, CancelJobBody);
    const reason = {
      ...(comment === undefined ? {} : { comment }),
      ...(reasonCode === undefined ? {} : { reasonCode }),
    };
    const { description } = await jobs.cancel(jobId, reason, isForced(call));
    return { jobArn: jobArn(jobId), jobId, description };
  };

  const listJobs = ({ request }: RestCall) => {
    request.authorize('iot:ListJobs', '*');
    const status = request.query.get('status');
    const { items, next } = pageOf(
      request,
      store.jobs().filter((job) => status === null || job.status === status),
    );
    return { jobs: items.map(jobSummary), nextToken: next };
  };

  const listForJob = (call: RestCall) => {
    const jobId = authorizedJob(call, 'ListJobExecutionsForJob');
    jobs.job(jobId);
    const status = wantedStatus(call);
    const { items, next } = pageOf(
      call.request,
      store.executionsOf(jobId).filter((one) => status === undefined || one.status === status),
    );
    const executionSummaries = items.map((one) => ({
      thingArn: thingArn(one.thing),
      jobExecutionSummary: executionSummary(one),
    }));
    return { executionSummaries, nextToken: next };
  };

  const listForThing = (call: RestCall) => {
    const thing = call.parameter('thingName');
    call.request.authorize('iot:ListJobExecutionsForThing', thingArn(thing));
    const status = wantedStatus(call);
    const { items, next } = pageOf(
      call.request,
      store.executionsOn(thing).filter((one) => status === undefined || one.status === status),
    );
    const executionSummaries = items.map((one) => ({
      jobId: one.jobId,
      jobExecutionSummary: executionSummary(one),
    }));
    return { executionSummaries, nextToken: next };
  };

  const executionOf = (call: RestCall, action: string): readonly [thing: string, jobId: string] => {
    const jobId = authorizedJob(call, action);
    const thing = call.parameter('thingName');
    call.request.authorize(`iot:${action}`, thingArn(thing));
    return [thing, jobId];
  };

  const operations: readonly RestOperation[] = [
    { name: 'CreateJob', method: 'PUT', path: '/jobs/{jobId}', run: createJob },
    {
      name: 'DescribeJob',
      method: 'GET',
      path: '/jobs/{jobId}',
      run: (call) => {
        const job = jobs.job(authorizedJob(call, 'DescribeJob'));
        return { job: jobDescription(job, store.executionsOf(job.id)) };
      },
    },
    { name: 'CancelJob', method: 'PUT', path: '/jobs/{jobId}/cancel', run: cancelJob },
    {
      name: 'DeleteJob',
      method: 'DELETE',
      path: '/jobs/{jobId}',
      run: (call) => jobs.remove(authorizedJob(call, 'DeleteJob'), isForced(call)),
    },
    {
      name: 'GetJobDocument',
      method: 'GET',
      path: '/jobs/{jobId}/job-document',
      run: (call) => ({ document: jobs.job(authorizedJob(call, 'GetJobDocument')).document }),
    },
    { name: 'ListJobs', method: 'GET', path: '/jobs', run: listJobs },
    { name: 'ListJobExecutionsForJob', method: 'GET', path: '/jobs/{jobId}/things', run: listForJob },
    { name: 'ListJobExecutionsForThing', method: 'GET', path: '/things/{thingName}/jobs', run: listForThing },
    {
      name: 'DescribeJobExecution',
      method: 'GET',
      path: '/things/{thingName}/jobs/{jobId}',
      run: (call) => ({
        execution: executionDescription(jobs.execution(...executionOf(call, 'DescribeJobExecution'))),
      }),
    },
    {
      name: 'CancelJobExecution',
      method: 'PUT',
      path: '/things/{thingName}/jobs/{jobId}/cancel',
      run: (call) => {
        const { expectedVersion } = bodyOf(call.request, CancelExecutionBody);
        const [thing, jobId] = executionOf(call, 'CancelJobExecution');
        return jobs.cancelExecution(thing, jobId, isForced(call), expectedVersion);
      },
    },
  ];
  return operations.map((operation) => ({
    ...operation,
    run: (call) => asHttp(() => operation.run(call)),
  }));
};

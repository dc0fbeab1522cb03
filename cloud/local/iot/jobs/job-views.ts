import { arn } from '../../account.ts';
import type { Execution, Job } from './job-model.ts';

const seconds = (ms: number | undefined): number | undefined =>
  ms === undefined ? undefined : Math.floor(ms / 1000);

/** Devices get whole seconds since the epoch. */
export const summaryForDevice = (execution: Execution) => ({
  jobId: execution.jobId,
  queuedAt: seconds(execution.queuedAtMs),
  startedAt: seconds(execution.startedAtMs),
  lastUpdatedAt: seconds(execution.updatedAtMs),
  versionNumber: execution.version,
  executionNumber: execution.number,
});

/** An execution as its device sees it; the job's document as JSON over MQTT, as text over HTTPS. */
export const executionForDevice = (execution: Execution, jobDocument: unknown) => ({
  ...summaryForDevice(execution),
  thingName: execution.thing,
  status: execution.status,
  statusDetails: execution.details,
  jobDocument,
});

/** What an update answers on demand, and what tells of a conflict. */
export const executionState = ({ status, details, version }: Execution) => ({
  status,
  statusDetails: details ?? {},
  versionNumber: version,
});

export const jobArn = (jobId: string): string => arn('iot', `job/${jobId}`);
export const thingArn = (thing: string): string => arn('iot', `thing/${thing}`);

/** A job in a list. */
export const jobSummary = (job: Job) => ({
  jobArn: jobArn(job.id),
  jobId: job.id,
  targetSelection: 'SNAPSHOT',
  status: job.status,
  createdAt: seconds(job.createdAtMs),
  lastUpdatedAt: seconds(job.updatedAtMs),
  completedAt: seconds(job.completedAtMs),
});

/** A job in full, with the number of its executions in each state. */
export const jobDescription = (job: Job, executions: readonly Execution[]) => {
  const countOf = (status: Execution['status']): number =>
    executions.filter((execution) => execution.status === status).length;
  return {
    ...jobSummary(job),
    targets: job.targets,
    description: job.description,
    comment: job.comment,
    reasonCode: job.reasonCode,
    forceCanceled: job.forceCanceled,
    jobProcessDetails: {
      numberOfCanceledThings: countOf('CANCELED'),
      numberOfSucceededThings: countOf('SUCCEEDED'),
      numberOfFailedThings: countOf('FAILED'),
      numberOfRejectedThings: countOf('REJECTED'),
      numberOfQueuedThings: countOf('QUEUED'),
      numberOfInProgressThings: countOf('IN_PROGRESS'),
      numberOfRemovedThings: countOf('REMOVED'),
      numberOfTimedOutThings: countOf('TIMED_OUT'),
    },
  };
};

/** An execution in an operator's list. */
export const executionSummary = (execution: Execution) => ({
  status: execution.status,
  queuedAt: seconds(execution.queuedAtMs),
  startedAt: seconds(execution.startedAtMs),
  lastUpdatedAt: seconds(execution.updatedAtMs),
  executionNumber: execution.number,
});

/** An execution as an operator sees it. */
export const executionDescription = (execution: Execution) => ({
  ...executionSummary(execution),
  jobId: execution.jobId,
  thingArn: thingArn(execution.thing),
  versionNumber: execution.version,
  forceCanceled: execution.forceCanceled,
  statusDetails: execution.details === undefined ? undefined : { detailsMap: execution.details },
});

import { type Execution, isTerminal, type Job, mayBecome, pendingOf } from './job-model.ts';
import type { JobStore } from './job-store.ts';
import { executionForDevice, summaryForDevice } from './job-views.ts';

/** Why the Jobs service refuses, in its own words (AWS IoT developer guide, "ErrorResponse"). */
export type JobErrorCode =
  | 'InvalidJson'
  | 'InvalidRequest'
  | 'InvalidStateTransition'
  | 'ResourceNotFound'
  | 'ResourceAlreadyExists'
  | 'VersionMismatch'
  | 'TerminalStateReached';

/** A refused request; `execution` is told with a conflict, so that nobody has to ask for it. */
export class JobError extends Error {
  override readonly name = 'JobError';
  readonly code: JobErrorCode;
  readonly execution: Execution | undefined;
  constructor(code: JobErrorCode, message: string, execution?: Execution) {
    super(message);
    this.code = code;
    this.execution = execution;
  }
}

/** What a device reports of an execution. */
type ExecutionUpdate = {
  readonly status: Execution['status'];
  readonly statusDetails?: Readonly<Record<string, string>> | undefined;
  readonly expectedVersion?: number | undefined;
};

/** The Jobs service. Throws JobError; what it changes is on disk and told to the devices' topics. */
export interface Jobs {
  create(
    job: Pick<Job, 'id' | 'document' | 'description' | 'targets'>,
    things: readonly string[],
  ): Promise<void>;
  /** Without `force` only what is queued is cancelled. */
  cancel(jobId: string, reason: Pick<Job, 'comment' | 'reasonCode'>, force: boolean): Promise<Job>;
  cancelExecution(thing: string, jobId: string, force: boolean, expectedVersion?: number): Promise<void>;
  remove(jobId: string, force: boolean): Promise<void>;
  job(jobId: string): Job;
  /** `$next` is what `startNext` would take. */
  execution(thing: string, jobId: string): Execution;
  next(thing: string): Execution | undefined;
  pending(thing: string): readonly Execution[];
  startNext(thing: string, details: Execution['details']): Promise<Execution | undefined>;
  update(thing: string, jobId: string, update: ExecutionUpdate): Promise<Execution>;
}

/** `tell` publishes on a thing's jobs topics. `now` is epoch milliseconds. */
export const makeJobs = ({
  store,
  tell,
  now,
}: {
  readonly store: JobStore;
  readonly tell: (topic: string, body: object) => Promise<void>;
  readonly now: () => number;
}): Jobs => {
  const pending = (thing: string): readonly Execution[] => pendingOf(store.executionsOn(thing));

  const job = (jobId: string): Job => {
    const found = store.job(jobId);
    if (found === undefined) throw new JobError('ResourceNotFound', `Job ${jobId} cannot be found.`);
    return found;
  };

  const execution = (thing: string, jobId: string): Execution => {
    const found = jobId === '$next' ? pending(thing)[0] : store.execution(thing, jobId);
    if (found !== undefined) return found;
    throw new JobError('ResourceNotFound', `There is no execution of job ${jobId} for thing ${thing}.`);
  };

  const documentOf = (jobId: string): unknown => JSON.parse(job(jobId).document);

  /** Says on a thing's topics what changed: the list of pending executions, and which is the next. */
  const notify = async (thing: string, before: readonly Execution[]): Promise<void> => {
    const after = pending(thing);
    const ids = (list: readonly Execution[]): string =>
      list
        .map(({ jobId }) => jobId)
        .sort()
        .join('/');
    const prefix = `$aws/things/${thing}/jobs`;
    const timestamp = Math.floor(now() / 1000);
    if (ids(before) !== ids(after)) {
      const groups = (['IN_PROGRESS', 'QUEUED'] as const).flatMap((status) => {
        const list = after.filter((one) => one.status === status).map(summaryForDevice);
        return list.length === 0 ? [] : [[status, list] as const];
      });
      await tell(`${prefix}/notify`, { timestamp, jobs: Object.fromEntries(groups) });
    }
    const [next] = after;
    if (next?.jobId === before[0]?.jobId) return;
    await tell(`${prefix}/notify-next`, {
      timestamp,
      ...(next === undefined ? {} : { execution: executionForDevice(next, documentOf(next.jobId)) }),
    });
  };

  /** Writes changed executions of one job, which is complete with its last; then tells their things. */
  const write = async (changedJob: Job, changed: readonly Execution[]): Promise<Job> => {
    const before = new Map(changed.map(({ thing }) => [thing, pending(thing)]));
    const others = store
      .executionsOf(changedJob.id)
      .filter((one) => !changed.some(({ thing }) => thing === one.thing));
    const isDone = [...others, ...changed].every(({ status }) => isTerminal(status));
    const written: Job =
      isDone && changedJob.status === 'IN_PROGRESS'
        ? { ...changedJob, status: 'COMPLETED', completedAtMs: now(), updatedAtMs: now() }
        : changedJob;
    store.write(written, changed);
    for (const [thing, list] of before) await notify(thing, list);
    return written;
  };

  const changedTo = (
    old: Execution,
    status: Execution['status'],
    more: Partial<Pick<Execution, 'details' | 'forceCanceled'>> = {},
  ): Execution => ({
    ...old,
    status,
    version: old.version + 1,
    updatedAtMs: now(),
    ...(status === 'IN_PROGRESS' && old.startedAtMs === undefined ? { startedAtMs: now() } : {}),
    ...more,
  });

  const cancelled = (old: Execution, force: boolean): Execution =>
    changedTo(old, 'CANCELED', force ? { forceCanceled: true } : {});

  return {
    job,
    execution,
    pending,
    next: (thing) => pending(thing)[0],

    async create(wanted, things) {
      if (store.job(wanted.id) !== undefined)
        throw new JobError('ResourceAlreadyExists', `Job ${wanted.id} already exists.`);
      const created = { createdAtMs: now(), updatedAtMs: now() };
      const queued = things.map(
        (thing): Execution => ({
          jobId: wanted.id,
          thing,
          status: 'QUEUED',
          queuedAtMs: now(),
          updatedAtMs: now(),
          version: 1,
          number: 1,
        }),
      );
      await write({ ...wanted, ...created, status: 'IN_PROGRESS' }, queued);
    },

    async cancel(jobId, reason, force) {
      const old = job(jobId);
      if (old.status !== 'IN_PROGRESS')
        throw new JobError(
          'InvalidRequest',
          `Job ${jobId} is in status ${old.status} and cannot be canceled.`,
        );
      const hit = store
        .executionsOf(jobId)
        .filter(({ status }) => status === 'QUEUED' || (force && status === 'IN_PROGRESS'));
      const changed: Job = {
        ...old,
        ...reason,
        status: 'CANCELED',
        updatedAtMs: now(),
        completedAtMs: now(),
      };
      return write(
        force ? { ...changed, forceCanceled: true } : changed,
        hit.map((one) => cancelled(one, force)),
      );
    },

    async cancelExecution(thing, jobId, force, expectedVersion) {
      const old = execution(thing, jobId);
      if (expectedVersion !== undefined && expectedVersion !== old.version)
        throw new JobError('VersionMismatch', `The execution has version ${old.version}.`, old);
      if (isTerminal(old.status) || (old.status === 'IN_PROGRESS' && !force))
        throw new JobError('InvalidStateTransition', `The execution is ${old.status}.`, old);
      await write(job(jobId), [cancelled(old, force)]);
    },

    async remove(jobId, force) {
      const { status } = job(jobId);
      if (status === 'IN_PROGRESS' && !force)
        throw new JobError('InvalidStateTransition', `Job ${jobId} is in progress: cancel it first.`);
      const things = store.executionsOf(jobId).map(({ thing }) => thing);
      const before = things.map((thing) => [thing, pending(thing)] as const);
      store.remove(jobId);
      for (const [thing, list] of before) await notify(thing, list);
    },

    async startNext(thing, details) {
      const [next] = pending(thing);
      if (next?.status !== 'QUEUED') return next;
      const started = changedTo(next, 'IN_PROGRESS', details === undefined ? {} : { details });
      await write(job(next.jobId), [started]);
      return started;
    },

    async update(thing, jobId, { status, statusDetails, expectedVersion }) {
      const old = execution(thing, jobId);
      if (expectedVersion !== undefined && expectedVersion !== old.version)
        throw new JobError('VersionMismatch', `The execution has version ${old.version}.`, old);
      if (!mayBecome(old.status, status))
        throw new JobError('InvalidStateTransition', `${old.status} cannot become ${status}.`, old);
      const changed = changedTo(old, status, statusDetails === undefined ? {} : { details: statusDetails });
      await write(job(old.jobId), [changed]);
      return changed;
    },
  };
};

import { z } from 'zod';
import { readTextFile, writeTextFile } from '../../durable-file.ts';
import { Execution, Job } from './job-model.ts';

const OnDisk = z.strictObject({ v: z.literal(1), jobs: z.array(Job), executions: z.array(Execution) });

/** Jobs and what became of them on each thing. Every change is on disk before it returns. */
export interface JobStore {
  job(id: string): Job | undefined;
  jobs(): readonly Job[];
  execution(thing: string, jobId: string): Execution | undefined;
  /** In the order in which they were queued. */
  executionsOn(thing: string): readonly Execution[];
  executionsOf(jobId: string): readonly Execution[];
  /** Writes a job and some of its executions in one step. */
  write(job: Job, executions: readonly Execution[]): void;
  remove(jobId: string): void;
}

const keyOf = ({ thing, jobId }: { readonly thing: string; readonly jobId: string }): string =>
  `${jobId}/${thing}`;

/** Opens the jobs kept in `file`; throws an Error when it is not one of this version. */
export const openJobStore = (file: string): JobStore => {
  const text = readTextFile(file);
  const parsed = text === undefined ? undefined : OnDisk.safeParse(JSON.parse(text));
  if (parsed?.success === false) throw new Error(`The jobs in ${file} are not readable. Start with --fresh.`);
  const jobs = new Map((parsed?.data.jobs ?? []).map((job) => [job.id, job]));
  const executions = new Map((parsed?.data.executions ?? []).map((one) => [keyOf(one), one]));

  const save = (): void =>
    writeTextFile(
      file,
      JSON.stringify({ v: 1, jobs: [...jobs.values()], executions: [...executions.values()] }),
    );

  return {
    job: (id) => jobs.get(id),
    jobs: () => [...jobs.values()],
    execution: (thing, jobId) => executions.get(keyOf({ thing, jobId })),
    executionsOn: (thing) => [...executions.values()].filter((one) => one.thing === thing),
    executionsOf: (jobId) => [...executions.values()].filter((one) => one.jobId === jobId),
    write(job, changed) {
      jobs.set(job.id, job);
      for (const execution of changed) executions.set(keyOf(execution), execution);
      save();
    },
    remove(jobId) {
      jobs.delete(jobId);
      for (const [key, one] of executions) if (one.jobId === jobId) executions.delete(key);
      save();
    },
  };
};

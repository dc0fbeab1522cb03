import { z } from 'zod';
import type { LocalLog } from './account.ts';
import type { Records } from './durable-records.ts';
import type { Schedule } from './schedule.ts';

/** Work that was accepted and has to be done whatever happens to the process. */
export type Job<State> = { readonly id: string; readonly payload: string; readonly state: State };

/** Either the job is forgotten, or it is tried again after a while with what was learned. */
export type JobOutcome<State> = 'done' | { readonly state: State; readonly afterMs: number };

/**
 * A queue of jobs on disk. A job is forgotten only after its work has said `done`, so work that was under way when
 * the process ended is done again at the next start.
 */
export interface DurableJobs<State> {
  /** Resolves once the job is on disk; its work comes later. Rejects after `stop`. */
  add(job: Job<State>, afterMs?: number): Promise<void>;
  /** Begins with what an earlier process left behind. Until then jobs are only accepted. */
  start(): Promise<void>;
  /** How many are not done. */
  pending(): number;
  /** Begins nothing more and resolves when no work is under way. */
  stop(): Promise<void>;
}

/** How long a job rests whose work threw, which it never should. */
const afterBugMs = 60_000;

export const makeDurableJobs = <State>({
  records,
  stateSchema,
  limit,
  work,
  schedule,
  now,
  log,
}: {
  readonly records: Records;
  readonly stateSchema: z.ZodType<State>;
  /** How many jobs are worked on at once. */
  readonly limit: number;
  readonly work: (job: Job<State>) => Promise<JobOutcome<State>>;
  readonly schedule: Schedule;
  readonly now: () => number;
  readonly log: LocalLog;
}): DurableJobs<State> => {
  // The payload is written once; only the small record beside it changes from try to try.
  const payloadKey = (id: string): string => `payload/${id}`;
  const standingKey = (id: string): string => `standing/${id}`;
  const standingSchema = z.object({ dueAtMs: z.number(), state: stateSchema });
  type Standing = { readonly dueAtMs: number; readonly state: State };

  const pending = new Map<string, Standing>();
  const ready: string[] = [];
  const timers = new Map<string, () => void>();
  const running = new Set<Promise<void>>();
  let started = false;
  let stopped = false;

  const line = (id: string, standing: Standing): void => {
    pending.set(id, standing);
    const waitMs = standing.dueAtMs - now();
    if (waitMs > 0)
      timers.set(
        id,
        schedule(waitMs, () => {
          timers.delete(id);
          ready.push(id);
          pump();
        }),
      );
    else ready.push(id);
  };

  const pump = (): void => {
    while (started && !stopped && running.size < limit) {
      const id = ready.shift();
      if (id === undefined) return;
      const work: Promise<void> = run(id)
        .then(scrubWhenIdle)
        .finally(() => {
          running.delete(work);
          pump();
        });
      running.add(work);
    }
  };

  const run = async (id: string): Promise<void> => {
    const standing = pending.get(id);
    if (standing === undefined) return;
    try {
      const payload = z.string().parse(await records.get(payloadKey(id)));
      await settle(id, await work({ id, payload, state: standing.state }));
    } catch (error) {
      log.warn('job.failed', { error: String(error) });
      if (!stopped) line(id, { ...standing, dueAtMs: now() + afterBugMs });
    }
  };

  /** Payloads may be pictures of people: none is to stay on the disk once its work is done. */
  const scrubWhenIdle = async (): Promise<void> => {
    if (pending.size > 0) return;
    await records.scrub('').catch((error: unknown) => log.warn('job.not_scrubbed', { error: String(error) }));
  };

  const settle = async (id: string, outcome: JobOutcome<State>): Promise<void> => {
    if (outcome === 'done') {
      await records.commit([
        { type: 'del', key: standingKey(id) },
        { type: 'del', key: payloadKey(id) },
      ]);
      pending.delete(id);
      return;
    }
    // The stop may be why it failed: the next start finds the job as it was.
    if (stopped) return;
    const standing = { dueAtMs: now() + outcome.afterMs, state: outcome.state };
    await records.commit([{ type: 'put', key: standingKey(id), value: standing }]);
    line(id, standing);
  };

  return {
    async add({ id, payload, state }, afterMs = 0) {
      if (stopped) throw new Error('The local cloud is stopping and takes no more work');
      const standing = { dueAtMs: now() + afterMs, state };
      await records.commit(
        [
          { type: 'put', key: payloadKey(id), value: payload },
          { type: 'put', key: standingKey(id), value: standing },
        ],
        { flush: true },
      );
      line(id, standing);
      pump();
    },
    async start() {
      for (const [id, value] of await records.list(standingKey(''))) {
        if (!pending.has(id)) line(id, standingSchema.parse(value) as Standing);
      }
      started = true;
      pump();
    },
    pending: () => pending.size,
    async stop() {
      stopped = true;
      for (const cancel of timers.values()) cancel();
      timers.clear();
      await Promise.all(running);
    },
  };
};

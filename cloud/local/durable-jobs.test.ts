import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { type Job, type JobOutcome, makeDurableJobs } from './durable-jobs.ts';
import { makeRecordStore } from './durable-records.ts';
import { makeManualClock } from './manual-clock-for-tests.ts';

const State = z.object({ tries: z.number() });
type State = z.output<typeof State>;

const tempDir = (): string => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'durable-jobs-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
};

const openJobs = async (
  dir: string,
  work: (job: Job<State>) => Promise<JobOutcome<State>>,
  { startMs = 0 } = {},
) => {
  const store = makeRecordStore(dir);
  await store.open();
  const clock = makeManualClock(startMs);
  const jobs = makeDurableJobs<State>({
    records: store.section('jobs'),
    stateSchema: State,
    limit: 2,
    work,
    schedule: clock.schedule,
    now: clock.now,
    log: { info: () => {}, warn: () => {} },
  });
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= jobs.stop().then(() => store.close());
    return closed;
  };
  onTestFinished(close);
  return { jobs, clock, close };
};

const never = (): Promise<never> => Promise.reject(new Error('no work was expected'));

describe('durable jobs', () => {
  it('are done once and forgotten', async () => {
    const done: string[] = [];
    const { jobs } = await openJobs(tempDir(), async ({ payload }) => {
      done.push(payload);
      return 'done';
    });
    await jobs.start();
    await jobs.add({ id: '1', payload: 'one', state: { tries: 0 } });
    await vi.waitFor(() => expect(jobs.pending()).toBe(0));
    expect(done).toEqual(['one']);
  });

  it('leave nothing of their payload on the disk', async () => {
    const dir = tempDir();
    const finish: (() => void)[] = [];
    const { jobs, close } = await openJobs(dir, async () => {
      await new Promise<void>((resolve) => finish.push(resolve));
      return 'done';
    });
    const isOnDisk = () =>
      readdirSync(dir).some((file) => readFileSync(path.join(dir, file)).includes('a face'));
    await jobs.start();
    await jobs.add({ id: '1', payload: 'a face', state: { tries: 0 } });
    await vi.waitFor(() => expect(finish).toHaveLength(1));
    expect(isOnDisk()).toBe(true);
    finish[0]?.();
    await close();
    expect(isOnDisk()).toBe(false);
  });

  it('wait until the start, and are worked on no more than so many at once', async () => {
    let working = 0;
    const finish: (() => void)[] = [];
    const { jobs } = await openJobs(tempDir(), async () => {
      working += 1;
      await new Promise<void>((resolve) => finish.push(resolve));
      return 'done';
    });
    for (const id of ['1', '2', '3']) await jobs.add({ id, payload: '', state: { tries: 0 } });
    expect(working).toBe(0);
    await jobs.start();
    await vi.waitFor(() => expect(finish).toHaveLength(2));
    expect(working).toBe(2);
    finish.shift()?.();
    await vi.waitFor(() => expect(working).toBe(3));
    for (const end of finish) end();
  });

  it('go on in another process with the state of their last try, when it is time', async () => {
    const dir = tempDir();
    const first = await openJobs(dir, async ({ state }) => ({
      state: { tries: state.tries + 1 },
      afterMs: 5000,
    }));
    await first.jobs.start();
    await first.jobs.add({ id: '1', payload: 'p', state: { tries: 0 } });
    await vi.waitFor(() => expect(first.clock.delays()).toEqual([5000]));
    await first.close();

    const seen: unknown[] = [];
    const second = await openJobs(
      dir,
      async ({ payload, state }) => {
        seen.push([payload, state.tries]);
        return 'done';
      },
      { startMs: 2000 },
    );
    await second.jobs.start();
    expect(second.clock.delays()).toEqual([3000]);
    second.clock.pass(3000);
    await vi.waitFor(() => expect(second.jobs.pending()).toBe(0));
    expect(seen).toEqual([['p', 1]]);
  });

  it('are left as they were when the stop came before their end', async () => {
    const dir = tempDir();
    const fail: (() => void)[] = [];
    const first = await openJobs(dir, async () => {
      await new Promise<void>((resolve) => fail.push(resolve));
      return { state: { tries: 99 }, afterMs: 60_000 };
    });
    await first.jobs.start();
    await first.jobs.add({ id: '1', payload: '', state: { tries: 0 } });
    await vi.waitFor(() => expect(fail).toHaveLength(1));
    const closed = first.close();
    fail[0]?.();
    await closed;

    const tries: number[] = [];
    const second = await openJobs(dir, async ({ state }) => {
      tries.push(state.tries);
      return 'done';
    });
    await second.jobs.start();
    await vi.waitFor(() => expect(tries).toEqual([0]));
  });

  it('rest for a minute when their work throws', async () => {
    const { jobs, clock } = await openJobs(tempDir(), never);
    await jobs.start();
    await jobs.add({ id: '1', payload: '', state: { tries: 0 } });
    await vi.waitFor(() => expect(clock.delays()).toEqual([60_000]));
    expect(jobs.pending()).toBe(1);
  });
});

describe('a kill in the middle of accepting', () => {
  /** Ids that the process said it had accepted before it was killed, and those that are on disk. */
  const acceptAndKill = async (...mode: string[]) => {
    const dir = tempDir();
    const child = fork(new URL('./accept-jobs.fixture.ts', import.meta.url), [dir, ...mode], {
      execArgv: ['--import', 'tsx'],
    });
    const accepted: unknown[] = [];
    await new Promise<void>((resolve) => {
      child.on('message', (id) => {
        accepted.push(id);
        if (accepted.length === 30) {
          child.kill('SIGKILL');
          resolve();
        }
      });
    });
    await once(child, 'exit');
    const found: string[] = [];
    const { jobs } = await openJobs(dir, async ({ id }) => {
      found.push(id);
      return 'done';
    });
    await jobs.start();
    await vi.waitFor(() => expect(jobs.pending()).toBe(0));
    return { accepted, lost: accepted.filter((id) => !found.includes(String(id))) };
  };

  it('loses nothing that was accepted', async () => {
    const { accepted, lost } = await acceptAndKill();
    expect(accepted.length).toBeGreaterThanOrEqual(30);
    expect(lost).toEqual([]);
  });

  it('would show a process that says so too early', async () => {
    expect((await acceptAndKill('hasty')).lost).not.toEqual([]);
  });
});

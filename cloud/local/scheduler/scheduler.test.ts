import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { makeRecordStore } from '../durable-records.ts';
import { ServiceError } from '../gateway/service.ts';
import { makeManualClock } from '../manual-clock-for-tests.ts';
import { makeScheduler } from './scheduler.ts';

const roleArn = 'arn:aws:iam::000000000000:role/schedule';
const target = 'arn:aws:lambda:eu-central-1:000000000000:function:watch';
const dead = 'arn:aws:sqs:eu-central-1:000000000000:dead';
const noon = Date.parse('2026-01-01T12:00:00Z');

/** A scheduler whose function and queue remember what they were asked. */
const start = async ({
  dir = mkdtempSync(path.join(os.tmpdir(), 'scheduler-')),
  startMs = noon,
  schedule = {},
  targetGiven = {},
  mayAssume = true,
}: {
  readonly dir?: string;
  readonly startMs?: number;
  readonly schedule?: object;
  readonly targetGiven?: object;
  readonly mayAssume?: boolean;
} = {}) => {
  const clock = makeManualClock(startMs);
  const store = makeRecordStore(dir);
  await store.open();
  const invoked: unknown[] = [];
  const letters: unknown[] = [];
  const assumed: unknown[] = [];
  const outcome: { error?: ServiceError } = {};
  const scheduler = makeScheduler({
    iam: {
      mayAssume(...asked) {
        assumed.push(asked);
        return mayAssume;
      },
    },
    invoker: {
      async invokeAsync(functionArn, event, as) {
        invoked.push([functionArn, event, as]);
        if (outcome.error !== undefined) throw outcome.error;
      },
    },
    queues: {
      async send(...given) {
        letters.push(given);
      },
    },
    store,
    ...clock,
    log: { info: () => {}, warn: () => {} },
  });
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= scheduler.stop().then(() => store.close());
    return stopped;
  };
  onTestFinished(async () => {
    await stop();
    rmSync(dir, { recursive: true, force: true });
  });
  const [provider] = scheduler.providers;
  const created = await provider?.create({
    logicalId: 'Gaps',
    type: 'AWS::Scheduler::Schedule',
    stackName: 'demo',
    properties: provider.properties.parse({
      Name: 'check-gaps',
      FlexibleTimeWindow: { Mode: 'OFF' },
      ScheduleExpression: 'rate(1 minute)',
      Target: { Arn: target, RoleArn: roleArn, Input: '{"kind":"check-gaps"}', ...targetGiven },
      ...schedule,
    }),
  });
  await scheduler.start();
  return { dir, clock, scheduler, invoked, letters, assumed, outcome, created, stop };
};

const denied = new ServiceError('AccessDeniedException', 'not authorized', 403);

describe('a schedule', () => {
  it('invokes its function as its role at each due instant, by itself', async () => {
    const { clock, invoked, created, assumed } = await start();
    expect(created?.attributes.Arn).toBe(
      'arn:aws:scheduler:eu-central-1:000000000000:schedule/default/check-gaps',
    );
    expect(assumed).toEqual([
      [
        roleArn,
        'scheduler.amazonaws.com',
        { 'aws:SourceArn': 'arn:aws:scheduler:eu-central-1:000000000000:schedule-group/default' },
      ],
    ]);
    clock.pass(59_999);
    expect(invoked).toEqual([]);
    clock.pass(1);
    await vi.waitFor(() => expect(invoked).toEqual([[target, { kind: 'check-gaps' }, { roleArn }]]));
    clock.pass(60_000);
    await vi.waitFor(() => expect(invoked).toHaveLength(2));
  });

  it('fires once for a time that was slept through, and says how many fired', async () => {
    const { clock, invoked, scheduler } = await start({ schedule: { ScheduleExpression: 'rate(1 hour)' } });
    expect(await scheduler.fireDue()).toBe(0);
    clock.pass(3 * 3_600_000);
    await vi.waitFor(() => expect(invoked).toHaveLength(1));
    expect(await scheduler.fireDue()).toBe(0);
  });

  it('writes its own facts into the input where that asks for them', async () => {
    const Input = '{"at":"<aws.scheduler.scheduled-time>","arn":"<aws.scheduler.schedule-arn>"}';
    const { clock, invoked } = await start({ targetGiven: { Input } });
    clock.pass(60_000);
    await vi.waitFor(() =>
      expect(invoked).toEqual([
        [
          target,
          {
            at: '2026-01-01T12:01:00Z',
            arn: 'arn:aws:scheduler:eu-central-1:000000000000:schedule/default/check-gaps',
          },
          { roleArn },
        ],
      ]),
    );
  });

  it('counts on from when it first existed after a restart, and does not make up for the time between', async () => {
    const first = await start({ schedule: { ScheduleExpression: 'rate(1 hour)' } });
    await first.stop();
    const { clock, invoked } = await start({
      dir: first.dir,
      startMs: noon + 90 * 60_000,
      schedule: { ScheduleExpression: 'rate(1 hour)' },
    });
    clock.pass(30 * 60_000 - 1);
    expect(invoked).toEqual([]);
    clock.pass(1);
    await vi.waitFor(() => expect(invoked).toHaveLength(1));
  });

  it('does nothing while it is disabled', async () => {
    const { clock } = await start({ schedule: { State: 'DISABLED' } });
    expect(clock.delays()).toEqual([]);
  });
});

describe('a schedule whose function cannot be invoked', () => {
  it('tries again as often as its retry policy says, then sends its input to the dead-letter queue as its role', async () => {
    const { clock, invoked, letters, outcome } = await start({
      schedule: { ScheduleExpression: 'rate(1 day)' },
      targetGiven: { RetryPolicy: { MaximumRetryAttempts: 2 }, DeadLetterConfig: { Arn: dead } },
    });
    outcome.error = denied;
    clock.pass(24 * 3_600_000);
    await vi.waitFor(() => expect(clock.delays()).toContain(1000));
    clock.pass(1000);
    await vi.waitFor(() => expect(clock.delays()).toContain(2000));
    clock.pass(2000);
    await vi.waitFor(() => expect(letters).toHaveLength(1));
    expect(invoked).toHaveLength(3);
    expect(letters).toEqual([
      [
        { arn: dead },
        '{"kind":"check-gaps"}',
        { roleArn },
        {
          ERROR_CODE: 'AccessDeniedException',
          ERROR_MESSAGE: 'not authorized',
          EXECUTION_ID: expect.any(String),
          EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
          RETRY_ATTEMPTS: '2',
          SCHEDULE_ARN: 'arn:aws:scheduler:eu-central-1:000000000000:schedule/default/check-gaps',
          SCHEDULED_TIME: '2026-01-02T12:00:00Z',
          TARGET_ARN: target,
        },
      ],
    ]);
  });

  it('gives up when the next try would come too late', async () => {
    const { clock, letters, outcome } = await start({
      schedule: { ScheduleExpression: 'rate(1 day)' },
      targetGiven: { RetryPolicy: { MaximumEventAgeInSeconds: 60 }, DeadLetterConfig: { Arn: dead } },
    });
    outcome.error = denied;
    clock.pass(24 * 3_600_000);
    for (const delayMs of [1000, 2000, 4000, 8000, 16_000]) {
      await vi.waitFor(() => expect(clock.delays()).toContain(delayMs));
      clock.pass(delayMs);
    }
    await vi.waitFor(() => expect(letters).toHaveLength(1));
    expect(letters[0]).toMatchObject({ 3: { EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds' } });
  });

  it('goes on trying after a restart', async () => {
    const first = await start({ schedule: { ScheduleExpression: 'rate(1 day)' } });
    first.outcome.error = denied;
    first.clock.pass(24 * 3_600_000);
    await vi.waitFor(() => expect(first.clock.delays()).toContain(1000));
    await first.stop();
    const { clock, invoked } = await start({
      dir: first.dir,
      startMs: first.clock.now() + 5000,
      schedule: { ScheduleExpression: 'rate(1 day)' },
    });
    clock.pass(0);
    await vi.waitFor(() => expect(invoked).toHaveLength(1));
  });
});

describe('a schedule that AWS or the local cloud would not accept', () => {
  it('is refused when the scheduler may not assume its role', async () => {
    await expect(start({ mayAssume: false })).rejects.toThrow(
      /must allow AWS EventBridge Scheduler to assume/,
    );
  });

  it.each([
    ['a time window', { FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 } }],
    ['a single time', { ScheduleExpression: 'at(2026-01-01T00:00:00)' }],
    ['nonsense, even while it is disabled', { ScheduleExpression: 'rate(often)', State: 'DISABLED' }],
    ['an end', { EndDate: '2026-01-01T00:00:00Z' }],
  ])('is refused with %s', async (_, schedule) => {
    await expect(start({ schedule })).rejects.toThrow();
  });

  it.each([
    ['another target than a function', { Arn: 'arn:aws:scheduler:::aws-sdk:s3:putObject' }],
    ['an input that is not JSON', { Input: 'hello' }],
  ])('is refused with %s', async (_, targetGiven) => {
    await expect(start({ targetGiven })).rejects.toThrow();
  });
});

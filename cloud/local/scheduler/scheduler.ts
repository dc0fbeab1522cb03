import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { arn, type LocalLog } from '../account.ts';
import { physicalName } from '../cloudformation/physical-name.ts';
import { provide, type ResourceProvider } from '../cloudformation/provider.ts';
import { type Job, type JobOutcome, makeDurableJobs } from '../durable-jobs.ts';
import type { RecordStore } from '../durable-records.ts';
import { ServiceError } from '../gateway/service.ts';
import type { Iam } from '../iam/iam.ts';
import type { RoleInvoker } from '../lambda/invoker.ts';
import type { Schedule } from '../schedule.ts';
import type { QueueSender } from '../sqs/queue-sender.ts';
import { parseScheduleExpression, type Recurrence } from './schedule-expression.ts';
import { type ScheduleProperties, scheduleProperties } from './schedule-resource.ts';

/** EventBridge Scheduler: invokes functions of the template at their times, as the schedule's role. */
export interface Scheduler {
  readonly providers: readonly ResourceProvider[];
  /** Begins to wait for the next due instant. What was due while the local cloud was down is not made up for. */
  start(): Promise<void>;
  /** Fires what is due by the injected clock, each schedule at most once, and returns how many. Runs by itself at the due instants. */
  fireDue(): Promise<number>;
  stop(): Promise<void>;
}

type LocalSchedule = {
  readonly name: string;
  readonly target: ScheduleProperties['Target'];
  readonly recurrence: Recurrence;
  /** Where rates count from: the instant at which the schedule first existed. */
  anchorMs: number;
  nextMs: number;
};

const Anchor = z.object({ expression: z.string(), atMs: z.number() });

const Firing = z.object({
  scheduleName: z.string(),
  scheduledAtMs: z.number(),
  firedAtMs: z.number(),
  attempts: z.number(),
});
type Firing = z.output<typeof Firing>;

/** AWS backs off exponentially with jitter and does not say how far; this is doubled from a second up to a minute. */
const retryDelayMs = (attempts: number): number => Math.min(1000 * 2 ** (attempts - 1), 60_000);

export const makeScheduler = ({
  iam,
  invoker,
  queues,
  store,
  schedule,
  now,
  log,
}: {
  readonly iam: Pick<Iam, 'mayAssume'>;
  readonly invoker: RoleInvoker;
  readonly queues: Pick<QueueSender, 'send'>;
  readonly store: Pick<RecordStore, 'section'>;
  readonly schedule: Schedule;
  readonly now: () => number;
  readonly log: LocalLog;
}): Scheduler => {
  const schedules = new Map<string, LocalSchedule>();
  const anchors = store.section('scheduler/anchors');
  let cancelTimer: (() => void) | undefined;
  let stopped = false;

  const deadLetter = async (
    { name, target }: LocalSchedule,
    { id, payload, state }: Job<Firing>,
    error: ServiceError,
    condition: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds',
  ): Promise<'done'> => {
    const givenUp = (): 'done' => {
      log.warn('scheduler.given_up', { schedule: name, code: error.code, attempts: state.attempts + 1 });
      return 'done';
    };
    if (target.DeadLetterConfig === undefined) return givenUp();
    // Source: EventBridge Scheduler user guide, "Configuring a dead-letter queue", attributes of the event.
    const attributes = {
      ERROR_CODE: error.code,
      ERROR_MESSAGE: error.message,
      EXECUTION_ID: id,
      EXHAUSTED_RETRY_CONDITION: condition,
      RETRY_ATTEMPTS: String(state.attempts),
      SCHEDULE_ARN: scheduleArn(name),
      SCHEDULED_TIME: isoSeconds(state.scheduledAtMs),
      TARGET_ARN: target.Arn,
    };
    try {
      await queues.send(
        { arn: target.DeadLetterConfig.Arn },
        payload,
        { roleArn: target.RoleArn },
        attributes,
      );
    } catch (sendError) {
      if (!(sendError instanceof ServiceError)) throw sendError;
      log.warn('scheduler.dead_letter_failed', { schedule: name, code: sendError.code });
    }
    // Said last: whoever reads it finds the message in its queue.
    return givenUp();
  };

  const work = async (job: Job<Firing>): Promise<JobOutcome<Firing>> => {
    const { state } = job;
    const local = schedules.get(state.scheduleName);
    // The template no longer has it.
    if (local === undefined) return 'done';
    const { target } = local;
    try {
      await invoker.invokeAsync(target.Arn, JSON.parse(job.payload), { roleArn: target.RoleArn });
      return 'done';
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const attempts = state.attempts + 1;
      const afterMs = retryDelayMs(attempts);
      if (attempts > target.RetryPolicy.MaximumRetryAttempts)
        return deadLetter(local, job, error, 'MaximumRetryAttempts');
      if (now() + afterMs - state.firedAtMs > target.RetryPolicy.MaximumEventAgeInSeconds * 1000)
        return deadLetter(local, job, error, 'MaximumEventAgeInSeconds');
      return { state: { ...state, attempts }, afterMs };
    }
  };

  const firings = makeDurableJobs<Firing>({
    records: store.section('scheduler/firings'),
    stateSchema: Firing,
    limit: 4,
    work,
    schedule,
    now,
    log,
  });

  const fire = async (local: LocalSchedule): Promise<void> => {
    const id = randomUUID();
    const scheduledAtMs = local.nextMs;
    local.nextMs = local.recurrence.next(now(), local.anchorMs);
    // Source: EventBridge Scheduler user guide, "Adding context attributes".
    const payload = local.target.Input.replaceAll('<aws.scheduler.schedule-arn>', scheduleArn(local.name))
      .replaceAll('<aws.scheduler.scheduled-time>', isoSeconds(scheduledAtMs))
      .replaceAll('<aws.scheduler.execution-id>', id)
      .replaceAll('<aws.scheduler.attempt-number>', '1');
    const state = { scheduleName: local.name, scheduledAtMs, firedAtMs: now(), attempts: 0 };
    await firings.add({ id, payload, state });
  };

  const fireDue = async (): Promise<number> => {
    const due = [...schedules.values()].filter(({ nextMs }) => nextMs <= now());
    await Promise.all(due.map(fire));
    waitForNext();
    return due.length;
  };

  const waitForNext = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    const nextMs = Math.min(...[...schedules.values()].map((local) => local.nextMs));
    if (stopped || nextMs === Number.POSITIVE_INFINITY) return;
    cancelTimer = schedule(Math.max(0, nextMs - now()), () => {
      fireDue().catch((error: unknown) => log.warn('scheduler.failed', { error: String(error) }));
    });
  };

  const anchorOf = async (name: string, expression: string): Promise<number> => {
    const kept = Anchor.safeParse(await anchors.get(name));
    if (kept.success && kept.data.expression === expression) return kept.data.atMs;
    const atMs = now();
    await anchors.commit([{ type: 'put', key: name, value: { expression, atMs } }]);
    return atMs;
  };

  return {
    providers: [
      provide(
        'AWS::Scheduler::Schedule',
        scheduleProperties,
        async ({ properties, stackName, logicalId }) => {
          const { ScheduleExpression, ScheduleExpressionTimezone, State, Target } = properties;
          const name = properties.Name ?? physicalName(stackName, logicalId);
          const source = { 'aws:SourceArn': arn('scheduler', 'schedule-group/default') };
          if (!iam.mayAssume(Target.RoleArn, 'scheduler.amazonaws.com', source))
            throw new Error(
              'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
            );
          const recurrence = parseScheduleExpression(ScheduleExpression, ScheduleExpressionTimezone);
          if (State === 'ENABLED') {
            const anchorMs = await anchorOf(name, ScheduleExpression);
            const nextMs = recurrence.next(now(), anchorMs);
            schedules.set(name, { name, target: Target, recurrence, anchorMs, nextMs });
          }
          return { ref: name, attributes: { Arn: scheduleArn(name) } };
        },
      ),
    ],
    async start() {
      await firings.start();
      waitForNext();
    },
    fireDue,
    async stop() {
      stopped = true;
      cancelTimer?.();
      await firings.stop();
    },
  };
};

const scheduleArn = (name: string): string => arn('scheduler', `schedule/default/${name}`);

const isoSeconds = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

import type { Fault, Faults } from '../faults/faults.ts';
import type { DeniedCall } from '../iam/denials.ts';
import type { LocalIot } from '../iot/iot.ts';
import type { FunctionSnapshot } from '../lambda/lambda.ts';
import type { Notification } from '../sns/sns.ts';
import type { QueueDepth } from '../sqs/queue.ts';
import { type Metric, metricsOf } from './metrics.ts';
import type { DeployedResource } from './resources.ts';

/** Deliveries of one IoT rule. */
type RuleState = { readonly name: string } & ReturnType<LocalIot['ruleCounts']>;

/** What AWS's console would show. Counts, names and log lines: never a message, an event or a picture. */
export type ConsoleState = {
  readonly stack: string;
  readonly region: string;
  /** Epoch milliseconds. */
  readonly startedAtMs: number;
  readonly urls: Readonly<Record<'dashboard' | 'aws' | 'mqtt', string>>;
  readonly resources: readonly DeployedResource[];
  readonly functions: readonly FunctionSnapshot[];
  readonly queues: readonly (QueueDepth & { readonly name: string })[];
  readonly clients: ReturnType<LocalIot['clients']>;
  readonly rules: readonly RuleState[];
  readonly notifications: readonly Notification[];
  readonly denied: readonly DeniedCall[];
  /** From the log lines of the runs that `functions` holds, so of the newest ones. */
  readonly metrics: readonly Metric[];
  readonly faults: readonly Fault[];
};

/** Where the state comes from: each a look at what a part knows. */
export type ConsoleSources = {
  readonly [Part in 'stack' | 'region' | 'startedAtMs' | 'urls']: ConsoleState[Part];
} & {
  readonly [Part in
    | 'resources'
    | 'functions'
    | 'queues'
    | 'notifications'
    | 'denied']: () => ConsoleState[Part];
} & {
  readonly iot: Pick<LocalIot, 'clients' | 'rules' | 'ruleCounts'>;
  readonly faults: Faults;
};

/** Looks at everything now. */
export const lookAt = ({ stack, region, startedAtMs, urls, iot, ...parts }: ConsoleSources): ConsoleState => {
  const functions = parts.functions();
  return {
    stack,
    region,
    startedAtMs,
    urls,
    resources: parts.resources(),
    functions,
    queues: parts.queues(),
    clients: iot.clients(),
    rules: iot.rules().map(({ name }) => ({ name, ...iot.ruleCounts(name) })),
    notifications: parts.notifications(),
    denied: parts.denied(),
    metrics: metricsOf(
      functions.flatMap(({ invocations }) => invocations.flatMap(({ lines }) => [...lines])),
    ),
    faults: parts.faults.list(),
  };
};

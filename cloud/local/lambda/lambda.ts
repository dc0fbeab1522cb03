import { type LocalLog, arn as localArn } from '../account.ts';
import { physicalName } from '../cloudformation/physical-name.ts';
import { provide, type ResourceProvider } from '../cloudformation/provider.ts';
import type { RecordStore } from '../durable-records.ts';
import { type Service, ServiceError } from '../gateway/service.ts';
import type { ActAs } from '../iam/caller.ts';
import type { Iam } from '../iam/iam.ts';
import type { Schedule } from '../schedule.ts';
import type { QueueSender } from '../sqs/queue-sender.ts';
import type { QueueSource } from '../sqs/queue-source.ts';
import {
  type AsyncCounts,
  type AsyncEvents,
  type AsyncSettings,
  type Deliveries,
  defaultAsyncSettings,
  makeAsyncEvents,
} from './async-events.ts';
import { eventSourceMappingProperties, makeEventSourceMapping } from './event-source-mapping.ts';
import { eventInvokeConfigProperties, functionProperties } from './function-resource.ts';
import type { InvocationSummary } from './invocation-history.ts';
import type { FunctionInvoker, InvocationSource, RoleInvoker } from './invoker.ts';
import { makeLambdaApi } from './lambda-api.ts';
import { type LocalFunction, makeLocalFunction } from './local-function.ts';
import { type Permission, permissionProperties, permits } from './permissions.ts';
import type { QueuePoller } from './queue-poller.ts';

/** The functions of the template, run as child processes. */
export interface Lambda {
  readonly service: Service;
  readonly providers: readonly ResourceProvider[];
  readonly invoker: FunctionInvoker;
  readonly roleInvoker: RoleInvoker;
  /** Each function with its newest runs and what became of its asynchronous events. */
  functions(): readonly FunctionSnapshot[];
  /** The newest lines that a function wrote, by its name. */
  logLines(functionName: string): readonly string[];
  /** What became of a function's asynchronous events. */
  asyncCounts(functionName: string): AsyncCounts;
  /** Begins to deliver asynchronous events, those of an earlier process first, and to read queues. Deploy the stack before. */
  start(): Promise<void>;
  /**
   * Lets events that run end (for a few seconds), then kills every child process; resolves when all are gone.
   * Asynchronous events that did not end stay on disk for the next start.
   */
  stop(): Promise<void>;
}

export type FunctionSnapshot = {
  readonly name: string;
  readonly asynchronous: AsyncCounts;
  /** Oldest first. */
  readonly invocations: readonly InvocationSummary[];
};

export type LambdaNeeds = {
  readonly iam: Pick<Iam, 'credentialsOf' | 'mayAssume'>;
  readonly actAs: ActAs;
  /** Where an asset lies on disk, by its object key. */
  readonly assetPath: (objectKey: string) => string | undefined;
  /** The gateway's base URL; asked for when a function's process starts. */
  readonly endpointUrl: () => string;
  readonly logDir: string;
  readonly store: Pick<RecordStore, 'section'>;
  readonly queues: QueueSender;
  readonly source: QueueSource;
  readonly schedule: Schedule;
  /** Default: every event once and at once. */
  readonly deliveries?: Deliveries;
  readonly now: () => number;
  readonly log: LocalLog;
  readonly maxEnvironments?: number;
  /** How long `stop` waits for events that a function is working on, in milliseconds. */
  readonly drainMs?: number;
};

/** Source: Lambda quotas, invocation payload, synchronous and asynchronous. */
const maxBytes = { sync: 6 * 1024 * 1024, async: 1024 * 1024 } as const;

const defaultDrainMs = 5000;

/** Processes per function; each costs some 70 MB and, while it loads, a core. */
const defaultMaxEnvironments = 4;

type Entry = {
  readonly local: LocalFunction;
  readonly permissions: Permission[];
  readonly events: AsyncEvents;
  settings: AsyncSettings;
};

export const makeLambda = (needs: LambdaNeeds): Lambda => {
  const { iam, actAs, queues, schedule, now, log } = needs;
  const byName = new Map<string, Entry>();
  const pollers: QueuePoller[] = [];

  /** By name or ARN, as the template's references and operators have it. */
  const entryOf = (nameOrArn: string): Entry => {
    const name = nameOrArn.replace(/^arn:.*:function:|^\d{12}:function:/, '').replace(/:\$LATEST$/, '');
    const found = byName.get(name);
    const isOurs =
      !nameOrArn.startsWith('arn:') || nameOrArn.startsWith(localArn('lambda', `function:${name}`));
    if (found !== undefined && isOurs) return found;
    throw new ServiceError('ResourceNotFoundException', `Function not found: ${nameOrArn}`, 404);
  };

  const functionProvider = provide(
    'AWS::Lambda::Function',
    functionProperties,
    ({ properties, stackName, logicalId }) => {
      const name = properties.FunctionName ?? physicalName(stackName, logicalId);
      if (byName.has(name)) throw new Error(`Function already exist: ${name}`);
      if (!iam.mayAssume(properties.Role, 'lambda.amazonaws.com')) {
        throw new Error('The role defined for the function cannot be assumed by Lambda.');
      }
      const local = makeLocalFunction({
        ...needs,
        name,
        properties,
        credentials: iam.credentialsOf(properties.Role),
        maxEnvironments: needs.maxEnvironments ?? defaultMaxEnvironments,
      });
      const entry: Entry = {
        local,
        permissions: [],
        settings: defaultAsyncSettings,
        events: makeAsyncEvents({
          functionName: name,
          roleArn: properties.Role,
          run: local.run,
          settings: () => entry.settings,
          records: needs.store.section(`lambda/${name}`),
          queues,
          limit: local.maxEnvironments,
          neverRuns: local.reservedConcurrency === 0,
          deliveries: needs.deliveries ?? (() => [0]),
          schedule,
          now,
          log,
        }),
      };
      byName.set(name, entry);
      return { ref: name, attributes: { Arn: local.arn } };
    },
  );

  const permissionProvider = provide(
    'AWS::Lambda::Permission',
    permissionProperties,
    ({ properties, logicalId, stackName }) => {
      entryOf(properties.FunctionName).permissions.push(properties);
      const id = physicalName(stackName, logicalId);
      return { ref: id, attributes: { Id: id } };
    },
  );

  const eventInvokeConfigProvider = provide(
    'AWS::Lambda::EventInvokeConfig',
    eventInvokeConfigProperties,
    ({ properties, logicalId, stackName }) => {
      const entry = entryOf(properties.FunctionName);
      const onFailureArn = properties.DestinationConfig?.OnFailure.Destination;
      if (onFailureArn !== undefined)
        actAs(entry.local.roleArn, 'local').authorize('sqs:SendMessage', onFailureArn);
      entry.settings = {
        maxRetries: properties.MaximumRetryAttempts,
        maxEventAgeSeconds: properties.MaximumEventAgeInSeconds,
        ...(onFailureArn === undefined ? {} : { onFailureArn }),
      };
      return { ref: physicalName(stackName, logicalId), attributes: {} };
    },
  );

  const mappingProvider = provide(
    'AWS::Lambda::EventSourceMapping',
    eventSourceMappingProperties,
    ({ properties, logicalId, stackName }) => {
      const { local } = entryOf(properties.FunctionName);
      pollers.push(makeEventSourceMapping(properties, local, needs));
      const id = physicalName(stackName, logicalId);
      return {
        ref: id,
        attributes: { Id: id, EventSourceMappingArn: localArn('lambda', `event-source-mapping:${id}`) },
      };
    },
  );

  const checkSize = (bytes: number, kind: keyof typeof maxBytes): void => {
    if (bytes <= maxBytes[kind]) return;
    const message = `Request must be smaller than ${maxBytes[kind]} bytes for the InvokeFunction operation`;
    throw new ServiceError('RequestTooLargeException', message, 413);
  };
  const sizeOf = (event: unknown): number => Buffer.byteLength(JSON.stringify(event) ?? '');

  /** The function, if the source may invoke it and the event is small enough; else a ServiceError. */
  const admit = (
    functionArn: string,
    event: unknown,
    source: InvocationSource,
    kind: keyof typeof maxBytes,
  ): Entry => {
    const entry = entryOf(functionArn);
    const { principal, sourceArn } = source;
    if (!permits(entry.permissions, source)) {
      log.warn('lambda.denied', { function: entry.local.name, principal, sourceArn });
      const message = `User: ${principal} is not authorized to perform: lambda:InvokeFunction on resource: ${functionArn} because no resource-based policy allows the lambda:InvokeFunction action`;
      throw new ServiceError('AccessDeniedException', message, 403);
    }
    checkSize(sizeOf(event), kind);
    return entry;
  };

  return {
    service: makeLambdaApi({
      find(nameOrArn) {
        const { local, events } = entryOf(nameOrArn);
        return { arn: local.arn, run: local.run, queue: events.add };
      },
      checkSize,
    }),
    providers: [functionProvider, permissionProvider, eventInvokeConfigProvider, mappingProvider],
    invoker: {
      async invoke(functionArn, event, source) {
        const { lines: _, ...result } = await admit(functionArn, event, source, 'sync').local.run(event);
        return result;
      },
      invokeAsync: async (functionArn, event, source) =>
        admit(functionArn, event, source, 'async').events.add(event),
    },
    roleInvoker: {
      async invokeAsync(functionArn, event, { roleArn }) {
        const { local, events } = entryOf(functionArn);
        actAs(roleArn, 'local').authorize('lambda:InvokeFunction', local.arn);
        checkSize(sizeOf(event), 'async');
        await events.add(event);
      },
    },
    functions: () =>
      [...byName.values()].map(({ local, events }) => ({
        name: local.name,
        asynchronous: events.counts(),
        invocations: local.invocations(),
      })),
    logLines: (functionName) => entryOf(functionName).local.logLines(),
    asyncCounts: (functionName) => entryOf(functionName).events.counts(),
    async start() {
      await Promise.all([...byName.values()].map(({ events }) => events.start()));
      for (const poller of pollers) poller.start();
    },
    async stop() {
      const entries = [...byName.values()];
      const quiet = Promise.all(
        [...pollers, ...entries.map(({ events }) => events)].map((one) => one.stop()),
      );
      await Promise.race([quiet, patience(needs.drainMs ?? defaultDrainMs)]);
      await Promise.all(entries.map(({ local }) => local.stop()));
      // What the stop cut short has been put back by then.
      await quiet;
    },
  };
};

const patience = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });

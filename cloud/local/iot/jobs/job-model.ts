import { z } from 'zod';

/** State of a job on one thing. */
export const ExecutionStatus = z.enum([
  'QUEUED',
  'IN_PROGRESS',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'REJECTED',
  'REMOVED',
  'CANCELED',
]);
export type ExecutionStatus = z.infer<typeof ExecutionStatus>;

/** A job on one thing. Times are epoch milliseconds. */
export const Execution = z.strictObject({
  jobId: z.string(),
  thing: z.string(),
  status: ExecutionStatus,
  details: z.record(z.string(), z.string()).optional(),
  forceCanceled: z.boolean().optional(),
  queuedAtMs: z.number(),
  startedAtMs: z.number().optional(),
  updatedAtMs: z.number(),
  version: z.number(),
  /** One thing executes a job once here, so this is always 1. */
  number: z.literal(1),
});
export type Execution = z.infer<typeof Execution>;

/** A job for a fixed list of things. Times are epoch milliseconds. */
export const Job = z.strictObject({
  id: z.string(),
  /** JSON text of at most 32 KB. */
  document: z.string(),
  description: z.string().optional(),
  /** ARNs of things. */
  targets: z.array(z.string()),
  status: z.enum(['IN_PROGRESS', 'CANCELED', 'COMPLETED']),
  comment: z.string().optional(),
  reasonCode: z.string().optional(),
  forceCanceled: z.boolean().optional(),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
  completedAtMs: z.number().optional(),
});
export type Job = z.infer<typeof Job>;

/** Whether an execution has come to its end. */
export const isTerminal = (status: ExecutionStatus): boolean =>
  status !== 'QUEUED' && status !== 'IN_PROGRESS';

/** What a device may report next: never back to QUEUED, and nothing after the end. */
export const mayBecome = (from: ExecutionStatus, to: ExecutionStatus): boolean =>
  !isTerminal(from) && ['IN_PROGRESS', 'SUCCEEDED', 'FAILED', 'REJECTED'].includes(to);

/** What is still to do on a thing: what is in progress first, then in the order in which it was queued. */
export const pendingOf = (executions: readonly Execution[]): readonly Execution[] => [
  ...executions.filter(({ status }) => status === 'IN_PROGRESS'),
  ...executions.filter(({ status }) => status === 'QUEUED'),
];

import { z } from 'zod';
import { ExecutionStatus } from './job-model.ts';
import { JobError } from './jobs.ts';

/** `stepTimeoutInMinutes` is taken but never runs out: a laptop's job may wait. */
const StepTimeout = z.int().optional();
/** Source: AWS IoT API reference, "UpdateJobExecution", and the Jobs quotas. */
const StatusDetails = z
  .record(z.string().regex(/^[a-zA-Z0-9:_-]{1,128}$/), z.string().regex(/^\P{C}{1,1024}$/u))
  .refine((details) => Object.keys(details).length <= 10)
  .optional();
const ClientToken = z.string().max(64).optional();
/** One thing executes a job once here. */
const ExecutionNumber = z.literal(1).optional();

export const GetPendingRequest = z.object({ clientToken: ClientToken });

export const StartNextRequest = z.object({
  clientToken: ClientToken,
  statusDetails: StatusDetails,
  stepTimeoutInMinutes: StepTimeout,
});

export const DescribeRequest = z.object({
  clientToken: ClientToken,
  executionNumber: ExecutionNumber,
  includeJobDocument: z.boolean().default(true),
});

export const UpdateRequest = z.object({
  clientToken: ClientToken,
  status: ExecutionStatus,
  statusDetails: StatusDetails,
  expectedVersion: z.int().optional(),
  executionNumber: ExecutionNumber,
  includeJobExecutionState: z.boolean().default(false),
  includeJobDocument: z.boolean().default(false),
  stepTimeoutInMinutes: StepTimeout,
});

/** Checks a device's payload; throws JobError with the words of the Jobs service. An empty payload is an empty object. */
export const parseJobRequest = <S extends z.ZodType>(schema: S, payload: Buffer): z.output<S> => {
  let json: unknown;
  try {
    json = payload.length === 0 ? {} : JSON.parse(payload.toString('utf8'));
  } catch {
    throw new JobError('InvalidJson', 'The request is not valid JSON.');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new JobError('InvalidRequest', `The request is not valid: ${fields}`);
};

/** The client token of a payload that may not be valid otherwise. */
export const jobTokenOf = (payload: Buffer): { readonly clientToken?: string } => {
  try {
    const { clientToken } = z.object({ clientToken: z.string() }).parse(JSON.parse(payload.toString('utf8')));
    return { clientToken };
  } catch {
    return {};
  }
};

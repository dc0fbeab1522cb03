import { z } from 'zod';

/** Empty ones mean that everything went well. */
const Response = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullable();

/**
 * The messages of a batch that the function reports as failed. All of them when its answer cannot be understood or names
 * something that was not in the batch. Source: Lambda developer guide, "Success and failure conditions" of `ReportBatchItemFailures`.
 */
export const reportedFailures = (payload: unknown, messageIds: readonly string[]): ReadonlySet<string> => {
  const parsed = Response.safeParse(payload ?? null);
  if (!parsed.success) return new Set(messageIds);
  const failed = (parsed.data?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  return failed.every((id) => messageIds.includes(id)) ? new Set(failed) : new Set(messageIds);
};

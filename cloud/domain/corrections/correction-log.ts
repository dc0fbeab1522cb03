import * as z from 'zod';
import { Change } from '#contract/correction.ts';
import { Instant } from '#contract/names.ts';

/** Whoever asks or decides. `personId` is null for users who are no enrolled person. */
export const Actor = z.strictObject({ sub: z.string().min(1), personId: z.string().min(1).nullable() });
export type Actor = z.infer<typeof Actor>;

/** An entry of the log. Entries are only ever added; `id` is that of the correction, and of the punch that `add` makes. */
export const CorrectionEntry = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('requested'),
    id: z.string().min(1).max(64),
    personId: z.string().min(1),
    change: Change,
    reason: z.string().trim().min(1).max(500),
    by: Actor,
    at: Instant,
    /** The period was closed, and the right to change it all the same was used. */
    overrodeLock: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal('decided'),
    id: z.string().min(1).max(64),
    decision: z.enum(['approved', 'refused']),
    note: z.string().trim().max(500),
    by: Actor,
    at: Instant,
    overrodeLock: z.boolean(),
  }),
]);
export type CorrectionEntry = z.infer<typeof CorrectionEntry>;
export type CorrectionRequest = Extract<CorrectionEntry, { kind: 'requested' }>;
export type CorrectionDecision = Extract<CorrectionEntry, { kind: 'decided' }>;

/** A correction as its entries leave it. */
export type Correction = {
  readonly id: string;
  readonly change: Change;
  readonly request: CorrectionRequest;
  readonly decision: CorrectionDecision | null;
  readonly state: 'waiting' | 'approved' | 'refused';
};

/**
 * Reads a log, whatever the order of its entries and however often each is there. The first decision on a correction holds; one
 * whose request has not arrived yet waits for it. The result is in the order of decision, then of request.
 */
export const readCorrections = (log: readonly CorrectionEntry[]): readonly Correction[] => {
  const inOrder = [...log].sort((a, b) => compare(orderOf(a), orderOf(b)));
  const decisions = new Map<string, CorrectionDecision>();
  const requests = new Map<string, CorrectionRequest>();
  for (const entry of inOrder) {
    if (entry.kind === 'decided') {
      if (!decisions.has(entry.id)) decisions.set(entry.id, entry);
    } else if (!requests.has(entry.id)) requests.set(entry.id, entry);
  }
  return [...requests.values()]
    .map((request) => {
      const decision = decisions.get(request.id) ?? null;
      const { id, change } = request;
      return { id, change, request, decision, state: decision?.decision ?? ('waiting' as const) };
    })
    .sort((a, b) => compare(decidedOrder(a), decidedOrder(b)));
};

/** The instants that a change is about: those of the punch before and after it. */
export const instantsOf = (change: Change): readonly Instant[] => {
  if (change.action === 'add') return [change.at];
  return change.action === 'retime' ? [change.punch.at, change.to] : [change.punch.at];
};

/** By time, then by content, so that even contradicting entries of one millisecond are read alike everywhere. */
const orderOf = (entry: CorrectionEntry): string => `${entry.at} ${entry.id} ${canonical(entry)}`;

const canonical = (entry: CorrectionEntry): string =>
  entry.kind === 'decided'
    ? `${entry.decision} ${entry.by.sub} ${entry.note}`
    : `${entry.by.sub} ${entry.change.action} ${instantsOf(entry.change).join(' ')} ${entry.reason}`;

/** Undecided ones come last: `~` sorts behind every digit. */
const decidedOrder = ({ decision, request, id }: Correction): string =>
  `${decision?.at ?? '~'} ${request.at} ${id}`;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

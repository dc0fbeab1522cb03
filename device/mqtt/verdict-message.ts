import { isAnyArrayBuffer } from 'node:util/types';
import { Verdict } from '#contract/verdict.ts';
import type { Log } from '../log.ts';

/** Reads a verdict from the payload of a message, as the SDK hands it over; `undefined` for anything else. */
export const parseVerdict = (payload: unknown): Verdict | undefined => {
  if (!isAnyArrayBuffer(payload)) return undefined;
  try {
    return Verdict.safeParse(JSON.parse(Buffer.from(payload).toString())).data;
  } catch {
    return undefined;
  }
};

/** Makes the receiver of messages on the verdicts topic: what is no verdict is noted and ignored. The name is not logged. */
export const makeVerdictReceiver =
  ({ log, onVerdict }: { readonly log: Log; readonly onVerdict: (verdict: Verdict) => void }) =>
  (payload: unknown): void => {
    const verdict = parseVerdict(payload);
    if (!verdict) {
      log.event('verdict.rejected');
      return;
    }
    const { passageId, attempt, outcome, direction } = verdict;
    log.event('verdict.received', { passageId, attempt, outcome, direction });
    onVerdict(verdict);
  };

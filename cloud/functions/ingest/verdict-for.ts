import { Verdict } from '#contract/verdict.ts';
import type { StoredSighting } from '../table/items.ts';

/** The verdict of a stored sighting. `name` only when the person may be named at the door; no time when it is not known. */
export const verdictFor = (sighting: StoredSighting, name?: string): Verdict =>
  Verdict.parse({
    v: 1,
    passageId: sighting.passageId,
    attempt: sighting.attempt,
    outcome: sighting.outcome,
    ...(sighting.outcome === 'matched'
      ? {
          ...(name === undefined ? {} : { name }),
          direction: sighting.direction,
          ...(sighting.clock === 'unknown' ? {} : { at: sighting.capturedAt }),
        }
      : {}),
    ...(sighting.reason === undefined ? {} : { reason: sighting.reason }),
  });

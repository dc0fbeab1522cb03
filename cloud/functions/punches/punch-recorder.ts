import type { Instant } from '#contract/names.ts';
import type { DoorDirection, PunchSource } from '#contract/outcome.ts';
import type { Site } from '../../domain/site.ts';
import type { StoredPunch } from '../table/items.ts';

/** A punch that no door made: by the browser's camera or by PIN. */
export type PunchRequest = {
  /** Names the attempt: the same id twice is one punch. */
  readonly id: string;
  readonly personId: string;
  readonly site: Site;
  readonly at: Instant;
  readonly via: DoorDirection;
  readonly source: PunchSource;
  readonly similarity?: number;
  /** Whether the person must consent when it is written: always for a face, never for a PIN. */
  readonly needsConsent: boolean;
};

export type PunchOutcome =
  /** `repeated` = this id was recorded before. A punch with `suppressedBy` is kept and does not count. */
  | { readonly kind: 'recorded'; readonly punch: StoredPunch; readonly repeated: boolean }
  | {
      readonly kind: 'refused';
      readonly why: 'not_enrolled' | 'no_consent' | 'has_left' | 'other_site' | 'too_many_punches';
    };

/** Records punches beside those of the doors: same days, same duplicate period, same transaction. */
export interface PunchRecorder {
  record(request: PunchRequest): Promise<PunchOutcome>;
}

import { datesAround } from '../../domain/add-punch.ts';
import { refusalToCount } from '../punches/attendance.ts';
import type { StoredClaim, StoredDay } from '../table/items.ts';
import type { Ledger } from './ledger.ts';
import { type Match, type Settlement, type SightingContext, settleMatched, settleUnnamed } from './settle.ts';

/** A settlement with the name that its verdict may carry; `raced` when what was read does not fit together. */
export type Decided = { readonly settlement: Settlement; readonly name?: string } | 'raced';

/** Settles a sighting that resembles one person enough: reads the person and the days that decide, and asks for consent. */
export const settleMatch = async (
  ledger: Pick<Ledger, 'findPerson'>,
  context: SightingContext,
  match: Match,
  claim: StoredClaim | null,
): Promise<Decided> => {
  const { site, time } = context;
  const days = new Map<string, StoredDay | null>();
  let dates: readonly string[] = time.clock === 'unknown' ? [] : datesAround(time.at, site);
  for (;;) {
    const { person, days: found } = await ledger.findPerson(match.personId, dates);
    const refusal = refusalToCount(person, site, { needsConsent: true });
    if (person === null || refusal !== null) {
      const unknown = { outcome: 'unknown', similarity: null } as const;
      return { settlement: settleUnnamed(context, unknown, refusal ?? 'not_enrolled') };
    }
    for (const date of dates) days.set(date, found.find((day) => day.date === date) ?? null);
    // Another delivery of this passage was settled between the two reads: the day knows it, the claim that we hold does not.
    if (claim === null && hasPunch(found, context.sighting.passageId)) return 'raced';

    const settled = settleMatched(context, match, claim, days);
    if (!('unread' in settled)) return { settlement: settled, name: person.name };
    // A day already read cannot be asked for again, so this ends.
    dates = [settled.unread];
  }
};

const hasPunch = (days: readonly StoredDay[], id: string): boolean =>
  days.some((day) => day.punches.some((punch) => punch.id === id));

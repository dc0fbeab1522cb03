import type { PunchFact } from '../attendance-day.ts';
import type { Correction } from '../corrections/correction-log.ts';
import { byTime, findDuplicates } from '../duplicates.ts';

/** How a punch came to be as it is: a door or browser recorded it, or a decided correction made it so. */
type Origin = 'recorded' | 'added' | 'retimed' | 'reclassified';

/** A punch that counts. `via` is its door's direction, or the one that a correction decided. */
export type CountingPunch = PunchFact & { readonly origin: Origin };

export type CountedPunches = {
  /** In order of time. */
  readonly counting: readonly CountingPunch[];
  /** Kept without counting, with the punch that each repeats. */
  readonly suppressed: readonly { readonly punch: CountingPunch; readonly by: CountingPunch }[];
};

/** The punches as they were recorded: each once, in order of time, without those within the duplicate period of another. */
export const countRecorded = (facts: readonly PunchFact[], periodMinutes: number): CountedPunches => {
  const once = new Map<string, CountingPunch>();
  for (const { id, at, via } of [...facts].sort(byTime)) {
    if (!once.has(id)) once.set(id, { id, at, via, origin: 'recorded' });
  }
  const punches = [...once.values()];
  const duplicates = findDuplicates(punches, periodMinutes);
  return {
    counting: punches.filter((punch) => !duplicates.has(punch)),
    suppressed: [...duplicates].map(([punch, by]) => ({ punch, by })),
  };
};

/**
 * The punches as approved corrections make them, in the order of decision, so that the last decision on a punch holds. What a human
 * decided always counts; a recorded punch within the duplicate period of one that they added or moved, before or after, repeats it.
 * Duplicates stay duplicates: to void or move a punch does not bring back its repetitions.
 */
export const countCorrected = (
  recorded: CountedPunches,
  corrections: readonly Correction[],
  periodMinutes: number,
): CountedPunches => {
  const all = new Map<string, CountingPunch>(
    [...recorded.counting, ...recorded.suppressed.map(({ punch }) => punch)].map((punch) => [
      punch.id,
      punch,
    ]),
  );
  const approved = corrections.filter(({ state }) => state === 'approved');
  for (const { id, change } of approved) {
    if (change.action === 'add') {
      all.set(id, { id, at: change.at, via: change.direction, origin: 'added' });
      continue;
    }
    if (change.action === 'void') {
      all.delete(change.punch.id);
      continue;
    }
    // The correction knows the punch that it changes, so it holds even before that punch has arrived.
    const { id: punchId, at, via } = all.get(change.punch.id) ?? change.punch;
    all.set(
      punchId,
      change.action === 'retime'
        ? { id: punchId, at: change.to, via, origin: 'retimed' }
        : { id: punchId, at, via: change.direction, origin: 'reclassified' },
    );
  }

  const punches = [...all.values()].sort(byTime);
  const placed = punches.filter(({ origin }) => origin === 'added' || origin === 'retimed');
  const repeatedBefore = new Map(recorded.suppressed.map(({ punch, by }) => [punch.id, by]));
  const periodMs = periodMinutes * 60_000;
  const isNear = (a: CountingPunch, b: CountingPunch): boolean =>
    Math.abs(Date.parse(a.at) - Date.parse(b.at)) < periodMs;

  const counting: CountingPunch[] = [];
  const suppressed: { punch: CountingPunch; by: CountingPunch }[] = [];
  for (const punch of punches) {
    const by =
      punch.origin === 'recorded'
        ? (repeatedBefore.get(punch.id) ?? placed.find((one) => isNear(one, punch)))
        : undefined;
    if (by === undefined) counting.push(punch);
    else suppressed.push({ punch, by });
  }
  return { counting, suppressed };
};

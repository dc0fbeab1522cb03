import type { Change } from '#contract/correction.ts';
import type { Instant } from '#contract/names.ts';
import type { PunchFact } from '../attendance-day.ts';
import { type CountingPunch, countCorrected, countRecorded } from '../day/counting-punches.ts';
import type { Correction } from './correction-log.ts';

/** Why a change does not fit the person's log: its punch is not (or no longer) as it says, it waits already, or it is done. */
export type Obstacle = 'not_as_named' | 'waiting_already' | 'done_already';

/**
 * What stands in the way of a change, given the punch that it names as it was recorded (undefined when no door or browser recorded
 * such a punch) and the person's other corrections.
 */
export const obstacleTo = (
  change: Change,
  recorded: PunchFact | undefined,
  others: readonly Correction[],
): Obstacle | null => {
  if (others.some((other) => other.state === 'waiting' && isSame(other.change, change)))
    return 'waiting_already';
  if (change.action === 'add') {
    const { at, direction } = change;
    const isThere = others.some(({ id, change: { action } }) => {
      const added = action === 'add' ? asCorrected(id, undefined, others) : undefined;
      return added?.at === at && added.via === direction;
    });
    return isThere ? 'done_already' : null;
  }
  const { id, at, via } = change.punch;
  const punch = asCorrected(id, recorded, others);
  return punch?.at === at && punch.via === via ? null : 'not_as_named';
};

/** The instants at which the punch that a change names may have been recorded: earlier corrections may have moved it. */
export const recordedInstants = (change: Change, others: readonly Correction[]): readonly Instant[] => {
  if (change.action === 'add') return [];
  const named = others.flatMap((other) =>
    other.change.action !== 'add' && other.change.punch.id === change.punch.id ? other.change.punch.at : [],
  );
  return [...new Set([change.punch.at, ...named])];
};

/** One punch as approved corrections leave it; undefined when there is none, or it was voided. */
const asCorrected = (
  punchId: string,
  recorded: PunchFact | undefined,
  corrections: readonly Correction[],
): CountingPunch | undefined => {
  const ofPunch = corrections.filter(
    ({ id, change }) => (change.action === 'add' ? id : change.punch.id) === punchId,
  );
  // One punch alone repeats nothing, so its period does not matter.
  return countCorrected(countRecorded(recorded === undefined ? [] : [recorded], 0), ofPunch, 0).counting[0];
};

const isSame = (a: Change, b: Change): boolean => canonical(a) === canonical(b);

const canonical = (change: Change): string =>
  change.action === 'add'
    ? `add ${change.at} ${change.direction}`
    : `${change.action} ${change.punch.id} ${change.action === 'retime' ? change.to : change.action === 'reclassify' ? change.direction : ''}`;

import type { Direction } from '#contract/outcome.ts';
import { isWithin, type Occurrence } from '../schedule/occurrence.ts';
import { maxOpenMinutes } from '../schedule/shift.ts';
import type { CountingPunch } from './counting-punches.ts';

/** What is odd about a punch; the manager sees it. */
type Mark = 'in_while_in' | 'out_without_in' | 'missing_check_out';

export type Attended = {
  readonly punch: CountingPunch;
  readonly direction: Direction;
  mark: Mark | null;
};

/** A check-in with the check-out that closes it. */
type Pair = { readonly in: Attended; readonly out: Attended };

/** The punches of one occurrence, in order of time. */
export type Attendance = {
  readonly punches: Attended[];
  readonly pairs: Pair[];
  /** The check-in that waits for its check-out. */
  open: Attended | null;
};

/**
 * Gives every punch to the occurrence that it belongs to, and decides its direction: a door with a fixed one decides, `auto`
 * alternates. Where windows overlap, a punch that may be a check-out closes the check-in that is still open.
 * @param punches that count, in order of time
 * @returns what each occurrence received, and the punches outside of all windows
 */
export const attend = (
  occurrences: readonly Occurrence[],
  punches: readonly CountingPunch[],
): {
  readonly attendance: ReadonlyMap<Occurrence, Attendance>;
  readonly outside: readonly CountingPunch[];
} => {
  const attendance = new Map<Occurrence, Attendance>(
    occurrences.map((one) => [one, { punches: [], pairs: [], open: null }]),
  );
  const outside: CountingPunch[] = [];
  for (const punch of punches) {
    const candidates = occurrences
      .filter(({ window }) => isWithin(punch.at, window))
      .flatMap((one) => attendance.get(one) ?? []);
    const chosen = choose(candidates, punch);
    if (chosen === undefined) outside.push(punch);
    else receive(chosen, punch);
  }
  return { attendance, outside };
};

/** Nobody begins a shift by going out, so an `out` that closes nothing stays with the earlier one; anything else begins the later. */
const choose = (candidates: readonly Attendance[], punch: CountingPunch): Attendance | undefined => {
  const closes = punch.via === 'in' ? undefined : candidates.find((one) => openAt(one, punch) !== null);
  return closes ?? (punch.via === 'out' ? candidates[0] : candidates.at(-1));
};

const openAt = ({ open }: Attendance, punch: CountingPunch): Attended | null =>
  open !== null && Date.parse(punch.at) - Date.parse(open.punch.at) <= maxOpenMinutes * 60_000 ? open : null;

const receive = (attendance: Attendance, punch: CountingPunch): void => {
  const open = openAt(attendance, punch);
  const direction = punch.via === 'auto' ? (open === null ? 'in' : 'out') : punch.via;
  const attended: Attended = { punch, direction, mark: null };
  attendance.punches.push(attended);
  if (direction === 'in') {
    if (open !== null) attended.mark = 'in_while_in';
    else {
      // One that was open for longer than is possible stays open for ever.
      if (attendance.open !== null) attendance.open.mark = 'missing_check_out';
      attendance.open = attended;
    }
    return;
  }
  if (open === null) attended.mark = 'out_without_in';
  else {
    attendance.pairs.push({ in: open, out: attended });
    attendance.open = null;
  }
};

import type { CheckIn } from './check-ins.ts';
import type { Frappe } from './frappe-client.ts';
import type { PostedLine, PostedLog } from './posted-file.ts';

/** What came of it. Everything but the first two needs somebody to act, and each says what on a line of its own. */
export type PostReport = {
  readonly posted: number;
  /** Frappe had it, though this file did not know. */
  readonly already: number;
  readonly problems: readonly string[];
};

/**
 * Posts what Frappe does not have yet, one after the other in order of time. What it refuses for one person is reported and the
 * others go on; what was posted and has been corrected since is reported, because Frappe's check-ins are changed there.
 */
export const postCheckIns = async (
  checkIns: readonly CheckIn[],
  range: { readonly from: string; readonly to: string },
  { frappe, log }: { readonly frappe: Frappe; readonly log: PostedLog },
): Promise<PostReport> => {
  const problems: string[] = [];
  const withoutNumber = new Set<string>();
  const notTaken = new Map<string, number>();
  const sums = { posted: 0, already: 0 };
  const here = new Map(checkIns.map((checkIn) => [checkIn.id, checkIn]));

  for (const line of log.all.values()) {
    if (line.date < range.from || line.date > range.to) continue;
    const now = here.get(line.id);
    if (now === undefined)
      problems.push(`${told(line)} was posted and does not count any more; delete it in Frappe`);
    else if (!isSame(line, now))
      problems.push(`${told(line)} was posted and is now ${told(now)}; change it in Frappe`);
  }
  for (const checkIn of checkIns) {
    if (log.all.has(checkIn.id)) continue;
    const { employeeNumber, personId, timestamp, logType } = checkIn;
    if (employeeNumber === null) {
      withoutNumber.add(personId);
      continue;
    }
    const outcome = await frappe.post({ employeeNumber, timestamp, logType });
    if (outcome.kind === 'posted' || outcome.kind === 'already') {
      sums[outcome.kind] += 1;
      log.add({ id: checkIn.id, date: checkIn.date, at: checkIn.at, logType });
      continue;
    }
    const why = `${employeeNumber}: ${reasons(outcome)}`;
    notTaken.set(why, (notTaken.get(why) ?? 0) + 1);
  }
  for (const personId of withoutNumber)
    problems.push(`person ${personId} is not in the list of this site’s people; post their home site, too`);
  for (const [why, count] of notTaken) problems.push(`${why} (${count} not taken)`);
  return { ...sums, problems };
};

const isSame = (line: PostedLine, { at, logType }: CheckIn): boolean =>
  line.at === at && line.logType === logType;

const told = ({ id, at, logType }: Pick<PostedLine, 'id' | 'at' | 'logType'>): string =>
  `${id} (${logType ?? 'no direction'} at ${at})`;

const reasons = (
  outcome: Exclude<Awaited<ReturnType<Frappe['post']>>, { kind: 'posted' | 'already' }>,
): string => {
  if (outcome.kind === 'refused') return outcome.message;
  return outcome.kind === 'unknown_employee'
    ? 'Frappe knows no employee with this number; enter it there'
    : 'this employee is inactive in Frappe';
};

import { AgentReport } from '#contract/shadow.ts';
import type { BootClocks } from '../ingest/boot-clocks.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { DoorSequences } from './door-sequences.ts';
import { WatchEvent } from './events.ts';
import { type Announce, makeLookAtGap } from './look-at-gap.ts';
import { makeNoteReport } from './note-report.ts';

export type WatchDependencies = {
  readonly sequences: DoorSequences;
  readonly clocks: Pick<BootClocks, 'of'>;
  readonly announce: Announce;
  /** Looks how the month's searches stand to their budget, at an instant in epoch milliseconds. */
  readonly checkBudget: (atMs: number) => Promise<void>;
  readonly log: Pick<Log, 'info' | 'warn'>;
  readonly metrics: Pick<Metrics, 'put'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
};

/** As long as anything can wait in the queues, and a little more (cloud/infra/failed-deliveries.ts). */
const followMs = 20 * 86_400_000;
/** Gaps that are looked at at once. */
const atOnce = 10;

/**
 * Notices what doors delivered and the table does not have. A report names the lowest number that is not delivered; what is missing
 * below it is noted, and what a check finds still missing two minutes later is raised: within five minutes of the loss, and a minute
 * later for each report that is lost. Every event may come any number of times, in any order. Throws when an event is neither,
 * which is a mistake of the template; a report that is not valid is rejected, since trying it again would not change it.
 */
export const makeWatch = (deps: WatchDependencies): ((input: unknown) => Promise<void>) => {
  const { sequences, clocks, log } = deps;
  const noteReport = makeNoteReport(deps);
  const lookAtGap = makeLookAtGap(deps);

  const check = async (atMs: number): Promise<void> => {
    const open = await sequences.openGaps(new Date(atMs - followMs).toISOString());
    const failures: unknown[] = [];
    for (let n = 0; n < open.length; n += atOnce) {
      const looks = open.slice(n, n + atOnce).map((gap) => lookAtGap(gap, atMs));
      for (const look of await Promise.allSettled(looks))
        if (look.status === 'rejected') failures.push(look.reason);
    }
    log.info('gaps.checked', { open: open.length, failed: failures.length });
    await deps.checkBudget(atMs).catch((error: unknown) => failures.push(error));
    // One door’s trouble, or the budget’s, keeps nobody from looking at the next, and is tried again as a whole.
    if (failures.length > 0) throw failures[0];
  };

  return async (input) => {
    const event = WatchEvent.parse(input);
    if ('kind' in event) return check(event.at);
    const { thingName: thing } = event;
    const parsed = AgentReport.safeParse(event.report);
    if (!parsed.success) {
      const reason = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
      return log.warn('report.rejected', { thing, reason });
    }
    const report = parsed.data;
    const { undelivered, waiting, clock, bootId, monotonicMs } = report;
    log.info('door.reported', { thing, undelivered, waiting, clock });
    const reportedAt = new Date(event.reportedAt).toISOString();
    await noteReport(thing, report, reportedAt);
    if (clock === 'synced')
      await clocks.of(thing, bootId, { clock, capturedAt: report.at, monotonicMs }, reportedAt);
  };
};

import { type AgentReport, reportEverySeconds } from '#contract/shadow.ts';
import type { Clock } from '../clock.ts';
import type { OutboxStats } from '../outbox/file-outbox.ts';

/** The way to the door's shadow. */
export interface Reporter {
  /** Resolves when a report is worth trying, or when `signal` aborts. */
  ready(signal: AbortSignal): Promise<void>;
  /** Sends one report; never rejects, because the next one says everything again. */
  report(report: AgentReport): Promise<void>;
}

/** The door's state at this moment. The instants on both clocks are taken together. */
export const createReport = ({
  outbox,
  bootId,
  clock,
  clockState,
}: {
  readonly outbox: Pick<OutboxStats, 'lowestUndelivered' | 'depth'>;
  readonly bootId: string;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
  readonly clockState: AgentReport['clock'];
}): AgentReport => ({
  v: 1,
  undelivered: outbox.lowestUndelivered,
  waiting: outbox.depth,
  bootId,
  at: new Date(clock.now()).toISOString(),
  monotonicMs: clock.monotonicMs(),
  clock: clockState,
});

/** Makes the loop that reports the door's state once a minute while it is online, and as soon as it is online again. */
export const makeReporting = ({
  reporter,
  createReport,
  clock,
}: {
  readonly reporter: Reporter;
  readonly createReport: () => AgentReport;
  readonly clock: Pick<Clock, 'sleep'>;
}): { run(signal: AbortSignal): Promise<void> } => ({
  run: async (signal) => {
    for (;;) {
      await reporter.ready(signal);
      if (signal.aborted) return;
      await reporter.report(createReport());
      await clock.sleep(reportEverySeconds * 1000, signal);
    }
  },
});

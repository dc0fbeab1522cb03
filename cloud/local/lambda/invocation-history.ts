/** One run of a function, as an operator wants to see it. Never holds the event or the answer. */
export type InvocationSummary = {
  readonly requestId: string;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly outcome: 'succeeded' | 'failed' | 'throttled' | 'not run';
  /** Class of the error, such as `Sandbox.Timedout`. */
  readonly errorType?: string;
  readonly maxMemoryMb?: number;
  /** What the function wrote meanwhile. */
  readonly lines: readonly string[];
};

/** The newest runs of one function, oldest first. */
export interface InvocationHistory {
  add(summary: InvocationSummary): void;
  list(): readonly InvocationSummary[];
}

const maxSummaries = 50;
const maxLines = 100;

export const makeInvocationHistory = (): InvocationHistory => {
  const summaries: InvocationSummary[] = [];
  return {
    add(summary) {
      summaries.push({ ...summary, lines: summary.lines.slice(-maxLines) });
      if (summaries.length > maxSummaries) summaries.shift();
    },
    list: () => [...summaries],
  };
};

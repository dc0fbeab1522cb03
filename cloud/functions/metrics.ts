/**
 * Metrics in CloudWatch's embedded metric format: one JSON line on standard output, which CloudWatch Logs turns into metrics
 * (CloudWatch User Guide, "Specification: Embedded metric format"). No call, no grant, nothing to wait for.
 */

/** Every metric of the functions: its unit, and the dimensions beside `Stage` by which it can be told apart. */
const catalogue = {
  /** Settled sightings and passages, by outcome. */
  Sightings: { unit: 'Count', dimension: 'Outcome' },
  /** Searches that Rekognition answered. */
  Searches: { unit: 'Count' },
  SearchThrottled: { unit: 'Count' },
  StageLatency: { unit: 'Milliseconds', dimension: 'StageOfFlow' },
  /** Punches kept without counting, because one counted moments before. */
  DuplicatePunches: { unit: 'Count' },
  /** Deliveries of what was settled already. */
  Redelivered: { unit: 'Count' },
  /** Age of a delivery that failed and waits for its next try. */
  OldestWaitingSeconds: { unit: 'Seconds' },
  Rejections: { unit: 'Count', dimension: 'Reason' },
  /** Sequence numbers that a door delivered and that did not arrive, counted once when they are raised. */
  Gaps: { unit: 'Count' },
} as const satisfies Record<string, { unit: 'Count' | 'Milliseconds' | 'Seconds'; dimension?: string }>;

type MetricName = keyof typeof catalogue;
type WithKind = 'Sightings' | 'Rejections';

/** Where a sighting's time goes: from the door's camera to the rule, the search, the table, the verdict; and all of it. */
type StageOfFlow = 'door_to_cloud' | 'search' | 'settle' | 'verdict' | 'total';

export interface Metrics {
  put(metric: Exclude<MetricName, WithKind | 'StageLatency'>, value: number): void;
  put(metric: WithKind, value: number, kind: string): void;
  put(metric: 'StageLatency', value: number, stageOfFlow: StageOfFlow): void;
}

const namespace = 'Rollcall';

/** Writes metrics of one stage as lines. `now` in milliseconds; `write` takes a line with its line end. */
export const makeMetrics = ({
  stage,
  now,
  write,
}: {
  readonly stage: string;
  readonly now: () => number;
  readonly write: (line: string) => unknown;
}): Metrics => ({
  put(metric: MetricName, value: number, kind?: string) {
    const { unit, dimension } = { dimension: undefined, ...catalogue[metric] };
    const told = dimension === undefined || kind === undefined ? {} : { [dimension]: kind };
    const byKind = dimension === undefined ? [] : [['Stage', dimension]];
    // A count is also of interest as a whole; a latency over all stages of the flow would mean nothing.
    const dimensions = unit === 'Milliseconds' ? byKind : [['Stage'], ...byKind];
    const line = {
      _aws: {
        Timestamp: now(),
        CloudWatchMetrics: [
          { Namespace: namespace, Dimensions: dimensions, Metrics: [{ Name: metric, Unit: unit }] },
        ],
      },
      Stage: stage,
      ...told,
      [metric]: value,
    };
    write(`${JSON.stringify(line)}\n`);
  },
});

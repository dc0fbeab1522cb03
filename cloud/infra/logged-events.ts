import { type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { RollcallConfig } from './configuration.ts';
import type { RollcallFunction } from './rollcall-function.ts';

type LoggedEventsProps = {
  readonly config: RollcallConfig;
  readonly by: RollcallFunction;
  /** Name of the event in the catalogue (cloud/functions/log.ts). */
  readonly event: string;
  /** Name of the metric, without the stage. */
  readonly metric: string;
};

/** How often a function logs an event: a metric for what it does not count by itself. */
export const loggedEvents = (
  scope: Construct,
  id: string,
  { config, by, event, metric }: LoggedEventsProps,
): Metric =>
  new MetricFilter(scope, id, {
    logGroup: by.logGroup,
    filterPattern: FilterPattern.stringValue('$.event', '=', event),
    metricNamespace: 'Rollcall',
    // The stage is in the name because a log line cannot give the metric a dimension that it does not hold itself.
    metricName: `${metric}-${config.stage}`,
    metricValue: '1',
  }).metric({ statistic: Stats.SUM });

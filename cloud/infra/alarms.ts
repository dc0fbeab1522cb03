import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { RollcallConfig } from './configuration.ts';

/** When a person is called, and what they find under the alarm's id in docs/runbook.md. */
export type AlarmRule = {
  /** Heading of the runbook; the alarm's name is `rollcall-<stage>-<id>`. */
  readonly id: string;
  /** One sentence for the e-mail. */
  readonly meaning: string;
  readonly metric: IMetric;
  /** The alarm goes off at this value or above it. */
  readonly threshold: number;
  /** In how many periods of the metric one after the other. */
  readonly periods?: number;
  /** Goes off below the threshold instead, and also when nothing is measured at all. */
  readonly whenSilent?: boolean;
};

type AlarmsProps = {
  readonly config: RollcallConfig;
  readonly topic: Topic;
  readonly rules: readonly AlarmRule[];
};

/** Turns rules into CloudWatch alarms that write to the topic when they go off and when it is over. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, { config, topic, rules }: AlarmsProps) {
    super(scope, id);
    const action = new SnsAction(topic);
    for (const rule of rules) {
      const silent = rule.whenSilent === true;
      const alarm = new Alarm(this, rule.id, {
        alarmName: `rollcall-${config.stage}-${rule.id}`,
        alarmDescription: `${rule.meaning} What to do: docs/runbook.md, "${rule.id}".`,
        metric: rule.metric,
        threshold: rule.threshold,
        evaluationPeriods: rule.periods ?? 1,
        comparisonOperator: silent
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        // Almost every metric here is of something that does not happen on a good day.
        treatMissingData: silent ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
  }
}

/** A metric that AWS itself keeps; five minutes and the sum if nothing else is said. */
export const awsMetric = (
  namespace: `AWS/${string}`,
  metricName: string,
  dimensionsMap: Readonly<Record<string, string>>,
  statistic: string = Stats.SUM,
): Metric =>
  new Metric({
    namespace,
    metricName,
    dimensionsMap: { ...dimensionsMap },
    statistic,
    period: Duration.minutes(5),
  });

/** A metric that the functions write into their logs (embedded metric format, namespace `Rollcall`). */
export const ownMetric = (
  config: RollcallConfig,
  metricName: string,
  statistic: string = Stats.SUM,
  period: Duration = Duration.minutes(5),
): Metric =>
  new Metric({
    namespace: 'Rollcall',
    metricName,
    dimensionsMap: { Stage: config.stage },
    statistic,
    period,
  });

/** The sum of several metrics (ten at most in an alarm), of which some may have no values. */
export const sumOf = (label: string, metrics: readonly Metric[]): MathExpression => {
  const named = metrics.map((metric, index) => [`m${index}`, metric] as const);
  return new MathExpression({
    label,
    expression: named.map(([name]) => `FILL(${name}, 0)`).join(' + '),
    usingMetrics: Object.fromEntries(named),
    period: Duration.minutes(5),
  });
};

/** A Metrics Insights query that gives one series, for metrics of which not every dimension is known. */
export const queryOf = (label: string, query: string): MathExpression =>
  new MathExpression({ label, expression: query, period: Duration.minutes(5) });

import { Duration } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { keepDays } from '../functions/days/events.ts';
import { bindSites, bindTable } from './bind.ts';
import type { RollcallConfig } from './configuration.ts';
import { loggedEvents } from './logged-events.ts';
import { RollcallFunction } from './rollcall-function.ts';
import { callOnSchedule } from './scheduled-call.ts';

type DaysProps = { readonly config: RollcallConfig; readonly table: TableV2 };

/** Who keeps attendance days what the rules make of them, and closes them: every five minutes, for every site. */
export class Days extends Construct {
  readonly function: RollcallFunction;
  /** How often the days of a site were brought up to date. */
  readonly kept: Metric;
  /** How often a date was found open that should long be closed. */
  readonly overdue: Metric;
  /** Schedule events that never reached the function. */
  readonly dead: Queue;

  constructor(scope: Construct, id: string, { config, table }: DaysProps) {
    super(scope, id);
    const days = new RollcallFunction(this, 'Function', {
      config,
      name: 'days',
      // As long as there is until the next call; what is not done by then the next one does.
      timeout: Duration.minutes(5),
      // A whole processor: deriving thousands of days is work.
      memoryMb: 1769,
    });
    bindSites(days, config);
    bindTable(days, table, ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'DeleteItem'], 'gsi1');

    this.function = days;
    const logged = (event: string, metric: string) =>
      loggedEvents(this, metric, { config, by: days, event, metric });
    this.kept = logged('days.kept', 'DaysKept');
    this.overdue = logged('closing.overdue', 'ClosingsOverdue');
    this.dead = callOnSchedule(this, {
      ...{ config, target: days, of: 'days', name: 'keep-days', input: keepDays },
      every: Duration.minutes(5),
    });
  }
}

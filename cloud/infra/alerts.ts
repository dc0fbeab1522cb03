import { Aws } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { RollcallConfig } from './configuration.ts';

type AlertsProps = { readonly config: RollcallConfig; readonly key: Key };

/** Where everything goes that a person has to look at: one topic, its readers, and the budget that writes to it. */
export class Alerts extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { config, key }: AlertsProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', {
      topicName: `rollcall-${config.stage}-alerts`,
      displayName: `Rollcall ${config.stage}`,
      masterKey: key,
      enforceSSL: true,
    });
    this.#allow(
      'cloudwatch.amazonaws.com',
      `arn:${Aws.PARTITION}:cloudwatch:${Aws.REGION}:${Aws.ACCOUNT_ID}:alarm:*`,
    );
    this.#allow('budgets.amazonaws.com', `arn:${Aws.PARTITION}:budgets::${Aws.ACCOUNT_ID}:*`);
    for (const address of config.alertAddresses) this.topic.addSubscription(new EmailSubscription(address));
    this.#budget(config);
  }

  /** Lets an AWS service publish in its own name, for this account's alarms and budgets alone. */
  #allow(service: string, sourceArn: string): void {
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal(service)],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': sourceArn },
        },
      }),
    );
  }

  /** Says so before the money is spent: at 80 % of the month's limit, and when the forecast exceeds it. */
  #budget(config: RollcallConfig): void {
    const notify = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
      notification: {
        notificationType,
        comparisonOperator: 'GREATER_THAN',
        threshold,
        thresholdType: 'PERCENTAGE',
      },
      subscribers: [{ subscriptionType: 'SNS', address: this.topic.topicArn }],
    });
    const budget = new CfnBudget(this, 'Budget', {
      budget: {
        budgetName: `rollcall-${config.stage}`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        // Of the whole account: the searches, nearly all of the bill, cannot be told apart by tags.
        budgetLimit: { amount: config.monthlyBudgetUsd, unit: 'USD' },
      },
      notificationsWithSubscribers: [notify('ACTUAL', 80), notify('FORECASTED', 100)],
    });
    // Budgets sends a test message when it is made.
    budget.node.addDependency(this.topic);
  }
}

import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { RollcallConfig } from './configuration.ts';
import { inThisAccount } from './in-this-account.ts';
import type { RollcallFunction } from './rollcall-function.ts';

type ScheduledCall = {
  readonly config: RollcallConfig;
  /** The function, and its name within the stage. */
  readonly target: RollcallFunction;
  readonly of: string;
  /** Name of the schedule within the stage. */
  readonly name: string;
  readonly every: Duration;
  readonly input: object;
};

/**
 * Calls a function again and again by EventBridge Scheduler, in a role that may do nothing else. Returns the queue of the calls that
 * never reached it.
 */
export const callOnSchedule = (
  scope: Construct,
  { config, target, of, name, every, input }: ScheduledCall,
): Queue => {
  const dead = new Queue(scope, 'Dead', {
    queueName: `rollcall-${config.stage}-${of}-dead`,
    encryption: QueueEncryption.SQS_MANAGED, // nothing in it is about anybody
    retentionPeriod: Duration.days(4),
    enforceSSL: true,
  });
  acknowledge(dead, 'SQS3', 'It is a dead-letter queue: that of the schedule, where cdk-nag does not look.');

  const role = new Role(scope, 'ScheduleRole', { assumedBy: inThisAccount('scheduler.amazonaws.com') });
  const allow = (action: string, resource: string) =>
    role.addToPolicy(new PolicyStatement({ actions: [action], resources: [resource] }));
  allow('lambda:InvokeFunction', target.functionArn);
  allow('sqs:SendMessage', dead.queueArn);

  const minutes = every.toMinutes();
  const schedule = new CfnSchedule(scope, 'Schedule', {
    name: `rollcall-${config.stage}-${name}`,
    scheduleExpression: `rate(${minutes} ${minutes === 1 ? 'minute' : 'minutes'})`,
    flexibleTimeWindow: { mode: 'OFF' },
    target: {
      arn: target.functionArn,
      roleArn: role.roleArn,
      input: JSON.stringify(input),
      // An old call is worth nothing: the next one sees the same.
      retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 1 },
      deadLetterConfig: { arn: dead.queueArn },
    },
  });
  schedule.node.addDependency(role);
  return dead;
};

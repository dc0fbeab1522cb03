import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnTopicRule } from 'aws-cdk-lib/aws-iot';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { allowToEncrypt } from './encryption.ts';
import { inThisAccount } from './in-this-account.ts';
import type { RollcallFunction } from './rollcall-function.ts';

type TopicRuleProps = {
  readonly name: string;
  readonly sql: string;
  readonly target: RollcallFunction;
  /** Where AWS IoT puts a message that it could not hand to the target; without it such a message is lost. */
  readonly failures?: ErrorQueue;
};

/** An IoT rule that hands what its SQL selects to one function, which only this rule may call by this permission. */
export class TopicRule extends Construct {
  constructor(scope: Construct, id: string, { name, sql, target, failures }: TopicRuleProps) {
    super(scope, id);
    const rule = new CfnTopicRule(this, 'Rule', {
      ruleName: name,
      topicRulePayload: {
        sql,
        awsIotSqlVersion: '2016-03-23',
        ruleDisabled: false,
        actions: [{ lambda: { functionArn: target.functionArn } }],
        ...(failures === undefined ? {} : { errorAction: failures.action }),
      },
    });
    if (failures !== undefined) rule.node.addDependency(failures);
    target.addPermission(`From${id}Rule`, {
      principal: new ServicePrincipal('iot.amazonaws.com'),
      sourceArn: rule.attrArn,
      sourceAccount: Aws.ACCOUNT_ID,
    });
  }
}

/** The error action of rules: a queue, and the role in which AWS IoT writes to it. */
export class ErrorQueue extends Construct {
  readonly action: CfnTopicRule.ActionProperty;

  constructor(scope: Construct, id: string, { queue, key }: { readonly queue: Queue; readonly key: Key }) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      assumedBy: inThisAccount('iot.amazonaws.com'),
    });
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] }));
    allowToEncrypt(role, key);
    this.action = { sqs: { queueUrl: queue.queueUrl, roleArn: role.roleArn, useBase64: false } };
  }
}

import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Accepts one finding of cdk-nag on a construct and what is inside it, with the reason why it does not apply here. A finding that nobody
 * accepted fails the synthesis.
 */
export const acknowledge = (construct: IConstruct, rule: string, reason: string): void => {
  Validations.of(construct).acknowledge({ id: `AwsSolutions-${rule}`, reason });
};

/** Accepts that a role may use a wildcard: `what` is cdk-nag's name for it, such as `Action::s3:List*`. */
export const acknowledgeWildcard = (role: IConstruct, what: string, reason: string): void =>
  acknowledge(role, `IAM5[${what}]`, reason);

/** cdk-nag's name for the ARN of an AWS IoT resource of the stack's own account and Region (see iotArn). */
export const iotResource = (resource: string): string =>
  `Resource::arn:<AWS::Partition>:iot:<AWS::Region>:<AWS::AccountId>:${resource}`;

import { Aws, Duration } from 'aws-cdk-lib';
import { type IRole, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { RollcallConfig } from './configuration.ts';
import { dataRemovalPolicy } from './removal.ts';

/** AWS services that publish to the stack's topic in their own name, and so have no role to be granted the key. */
const publishers = ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com'];

/** The stack's own key: whatever holds a picture, or waits with one in it, is encrypted under it. */
export class Encryption extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string, { config }: { readonly config: RollcallConfig }) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: `Pictures, queues and alerts of Rollcall, stage ${config.stage}`,
      enableKeyRotation: true,
      pendingWindow: Duration.days(7),
      // The pictures are worth nothing without it.
      removalPolicy: dataRemovalPolicy(config),
    });
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: publishers.map((service) => new ServicePrincipal(service)),
        actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
        resources: ['*'], // in a key's own policy that is the key
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
  }
}

/** What a role needs of the key to store objects in an encrypted bucket in one piece: a data key, and nothing to read them with. */
export const allowToStore = (role: IRole, key: Key): void => {
  role.addToPrincipalPolicy(
    new PolicyStatement({ actions: ['kms:GenerateDataKey'], resources: [key.keyArn] }),
  );
};

/** What a role needs of the key to send to an encrypted queue or topic: a data key, and to read it back when it is reused. */
export const allowToEncrypt = (role: IRole, key: Key): void => {
  role.addToPrincipalPolicy(
    new PolicyStatement({ actions: ['kms:GenerateDataKey', 'kms:Decrypt'], resources: [key.keyArn] }),
  );
};

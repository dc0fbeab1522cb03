import { Aws, Duration } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnPolicy, CfnProvisioningTemplate } from 'aws-cdk-lib/aws-iot';
import { Construct } from 'constructs';
import { thingName } from '#contract/names.ts';
import { provisioningTemplate } from '#contract/topics.ts';
import { acknowledgeWildcard, iotResource } from './acknowledge.ts';
import { bindTable, iotArn } from './bind.ts';
import type { RollcallConfig } from './configuration.ts';
import { claimPolicyDocument, devicePolicyDocument } from './device-policies.ts';
import { inThisAccount } from './in-this-account.ts';
import { loggedEvents } from './logged-events.ts';
import { provisioningTemplateBody } from './provisioning-template.ts';
import { RollcallFunction } from './rollcall-function.ts';

type DoorIdentityProps = { readonly config: RollcallConfig; readonly table: TableV2 };

/** How a door gets its identity: claim policy, provisioning template with its hook, and the policy of a provisioned door. */
export class DoorIdentity extends Construct {
  readonly templateName: string;
  /** Decides who may enrol. */
  readonly hook: RollcallFunction;
  /** How often it said no. */
  readonly refusals: Metric;
  readonly claimPolicyName: string;
  readonly devicePolicyName: string;

  constructor(scope: Construct, id: string, { config, table }: DoorIdentityProps) {
    super(scope, id);
    const { stage } = config;
    this.templateName = provisioningTemplate(stage);
    this.claimPolicyName = `rollcall-${stage}-claim`;
    this.devicePolicyName = `rollcall-${stage}-door`;

    const devicePolicy = new CfnPolicy(this, 'DevicePolicy', {
      policyName: this.devicePolicyName,
      policyDocument: devicePolicyDocument(stage),
    });
    new CfnPolicy(this, 'ClaimPolicy', {
      policyName: this.claimPolicyName,
      policyDocument: claimPolicyDocument(this.templateName),
    });

    // AWS IoT gives a hook 5 seconds; a cold start must fit in it, hence the memory.
    const hook = new RollcallFunction(this, 'Hook', {
      config,
      name: 'provisioning-hook',
      timeout: Duration.seconds(5),
      memoryMb: 512,
    });
    this.hook = hook;
    bindTable(hook, table, ['GetItem', 'PutItem', 'UpdateItem']);
    const refused = { config, by: hook, event: 'door.refused', metric: 'DoorsRefused' };
    this.refusals = loggedEvents(this, 'Refusals', refused);
    hook.addPermission('FromThisTemplate', {
      principal: new ServicePrincipal('iot.amazonaws.com'),
      sourceArn: iotArn(`provisioningtemplate/${this.templateName}`),
      sourceAccount: Aws.ACCOUNT_ID,
    });

    const role = this.#provisioningRole(config);
    const template = new CfnProvisioningTemplate(this, 'Template', {
      templateName: this.templateName,
      templateType: 'FLEET_PROVISIONING',
      description: `Doors of Rollcall, stage ${stage}`,
      enabled: true,
      provisioningRoleArn: role.roleArn,
      preProvisioningHook: { payloadVersion: '2020-04-01', targetArn: hook.functionArn },
      templateBody: JSON.stringify(provisioningTemplateBody(stage, this.devicePolicyName)),
    });
    template.addResourceDependency(devicePolicy);
    // Not before the hook may be called and the role may act, else the first door would be refused.
    template.node.addDependency(hook, role);
  }

  /** The role in which AWS IoT creates the door's thing: the part of AWSIoTThingsRegistration that the template uses. */
  #provisioningRole({ stage }: RollcallConfig): Role {
    const role = new Role(this, 'ProvisioningRole', { assumedBy: inThisAccount('iot.amazonaws.com') });
    const allow = (actions: readonly string[], resources: readonly string[]) =>
      role.addToPolicy(
        new PolicyStatement({ actions: actions.map((action) => `iot:${action}`), resources: [...resources] }),
      );
    const things = `thing/${thingName(stage, '*')}`;
    allow(['CreateThing', 'DescribeThing', 'UpdateThing'], [iotArn(things)]);
    allow(['GetPolicy'], [iotArn(`policy/${this.devicePolicyName}`)]);
    allow(['AttachPolicy', 'DescribeCertificate', 'UpdateCertificate'], [iotArn('cert/*')]);
    // Both sides, as in AWS's own policies (AWSPanoramaServiceRolePolicy, AWSIoTDeviceTesterForGreengrassFullAccess).
    allow(['AttachThingPrincipal'], [iotArn(things), iotArn('cert/*')]);
    allow(['ListAttachedPolicies', 'ListPrincipalThings', 'ListThingPrincipals'], ['*']);
    acknowledgeWildcard(role, iotResource(things), 'The things that provisioning makes for this stage.');
    acknowledgeWildcard(
      role,
      iotResource('cert/*'),
      'A certificate has no name before its door asks for it.',
    );
    acknowledgeWildcard(
      role,
      'Resource::*',
      'Three lists that AWS IoT knows no resource types for (Service Authorization Reference).',
    );
    return role;
  }
}

import { arn } from '../account.ts';
import type { ProvisioningPlan } from './provisioning-template.ts';

type Grant = { readonly action: string; readonly resource: string };

/**
 * What a template's provisioning role must be allowed for one RegisterThing: each change that it makes. AWS reads with
 * the same role, too, but does not document what, so reads are not asked for.
 * Source: "Actions, resources, and condition keys for AWS IoT" in the Service Authorization Reference.
 */
export const grantsFor = (
  { thing, policies }: Pick<ProvisioningPlan, 'thing' | 'policies'>,
  certificateId: string,
  thingExists: boolean,
): readonly Grant[] => {
  const certificate = arn('iot', `cert/${certificateId}`);
  const thingArn = arn('iot', `thing/${thing?.name}`);
  return [
    { action: 'iot:UpdateCertificate', resource: certificate },
    ...(policies.length === 0 ? [] : [{ action: 'iot:AttachPolicy', resource: certificate }]),
    ...(thing === undefined
      ? []
      : [
          { action: thingExists ? 'iot:UpdateThing' : 'iot:CreateThing', resource: thingArn },
          // The reference leaves open which side counts; AWS's own policies grant both.
          { action: 'iot:AttachThingPrincipal', resource: thingArn },
          { action: 'iot:AttachThingPrincipal', resource: certificate },
        ]),
  ];
};

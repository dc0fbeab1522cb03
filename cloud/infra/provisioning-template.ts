import type { Stage } from '#contract/names.ts';
import { thingName } from '#contract/names.ts';
import {
  basicIngest,
  passagesRule,
  passagesTopic,
  sightingsRule,
  sightingsTopic,
  verdictsTopic,
} from '#contract/topics.ts';

/** Stands in for the serial while a name is built; no topic or thing name contains it otherwise. */
const serialMark = '\u0000';

const serial = { Ref: 'SerialNumber' };

/** A text that contains the serial, as the Fn::Join of a provisioning template. */
const withSerial = (text: string) => ({
  'Fn::Join': ['', text.split(serialMark).flatMap((part, index) => (index === 0 ? [part] : [serial, part]))],
});

/**
 * Body of the fleet provisioning template (AWS IoT, "Provisioning templates"; at most 10,240 characters).
 * `Site` and `Door` always come from the hook: what a door sends for them is overridden.
 */
export const provisioningTemplateBody = (stage: Stage, devicePolicyName: string) => {
  // Split on the mark instead of the contract's serial schema, which would refuse it.
  const thing = thingName(stage, serialMark);
  return {
    Parameters: {
      SerialNumber: { Type: 'String' },
      Code: { Type: 'String' },
      Site: { Type: 'String', Default: 'unset' },
      Door: { Type: 'String', Default: 'unset' },
      'AWS::IoT::Certificate::Id': { Type: 'String' },
    },
    Resources: {
      certificate: {
        Type: 'AWS::IoT::Certificate',
        Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' }, Status: 'Active' },
      },
      policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: devicePolicyName } },
      thing: {
        Type: 'AWS::IoT::Thing',
        // A door that lost power before it read the answer registers again, so an existing thing is no error. It is
        // left as it is, and only the key that the serial is bound to gets this far (functions/provisioning-hook).
        OverrideSettings: {
          AttributePayload: 'DO_NOTHING',
          ThingTypeName: 'DO_NOTHING',
          ThingGroups: 'DO_NOTHING',
        },
        Properties: {
          ThingName: withSerial(thing),
          AttributePayload: { serial, site: { Ref: 'Site' } },
        },
      },
    },
    DeviceConfiguration: {
      site: { Ref: 'Site' },
      door: { Ref: 'Door' },
      sightingsTopic: withSerial(basicIngest(sightingsRule(stage), sightingsTopic(thing))),
      passagesTopic: withSerial(basicIngest(passagesRule(stage), passagesTopic(thing))),
      verdictsTopic: withSerial(verdictsTopic(thing)),
    },
  };
};

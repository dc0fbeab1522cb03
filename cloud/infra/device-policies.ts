import type { Stage } from '#contract/names.ts';
import {
  basicIngest,
  passagesRule,
  passagesTopic,
  sightingsRule,
  sightingsTopic,
  verdictsTopic,
} from '#contract/topics.ts';
import { iotArn } from './bind.ts';

/**
 * Policy variable that AWS IoT replaces by the connected thing's name.
 * It only resolves when the client id equals the name of a thing that the certificate is attached to.
 */
// biome-ignore lint/suspicious/noTemplateCurlyInString: AWS IoT's own syntax, not JavaScript's
const ownThing = '${iot:Connection.Thing.ThingName}';

/** At most 2,048 characters once resolved (AWS IoT Core quota). In IoT policies `+` and `#` are plain characters. */
export const devicePolicyDocument = (stage: Stage) =>
  policyDocument([
    {
      Effect: 'Allow',
      Action: 'iot:Connect',
      Resource: iotArn(`client/${ownThing}`),
      Condition: { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } },
    },
    {
      Effect: 'Allow',
      Action: 'iot:Publish',
      Resource: [
        iotArn(`topic/${basicIngest(sightingsRule(stage), sightingsTopic(ownThing))}`),
        iotArn(`topic/${basicIngest(passagesRule(stage), passagesTopic(ownThing))}`),
      ],
    },
    { Effect: 'Allow', Action: 'iot:Receive', Resource: iotArn(`topic/${verdictsTopic(ownThing)}`) },
    { Effect: 'Allow', Action: 'iot:Subscribe', Resource: iotArn(`topicfilter/${verdictsTopic(ownThing)}`) },
  ]);

/**
 * What a claim certificate may do: ask for a certificate for its own key, and register with this one template.
 * Its client ids are free below `claim-`, because many unprovisioned doors share one claim.
 */
export const claimPolicyDocument = (template: string) => {
  const requests = [
    '$aws/certificates/create-from-csr/json',
    `$aws/provisioning-templates/${template}/provision/json`,
  ];
  const answers = requests.flatMap((topic) => [`${topic}/accepted`, `${topic}/rejected`]);
  return policyDocument([
    { Effect: 'Allow', Action: 'iot:Connect', Resource: iotArn('client/claim-*') },
    { Effect: 'Allow', Action: 'iot:Publish', Resource: requests.map((topic) => iotArn(`topic/${topic}`)) },
    { Effect: 'Allow', Action: 'iot:Receive', Resource: answers.map((topic) => iotArn(`topic/${topic}`)) },
    {
      Effect: 'Allow',
      Action: 'iot:Subscribe',
      Resource: answers.map((topic) => iotArn(`topicfilter/${topic}`)),
    },
  ]);
};

const policyDocument = (statements: readonly object[]) => ({ Version: '2012-10-17', Statement: statements });

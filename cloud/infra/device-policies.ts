import type { Stage } from '#contract/names.ts';
import { shadowTopic } from '#contract/shadow.ts';
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

/** Reserved topics of the door's own jobs; the broker knows many more below them than a policy has room for. */
const ownJobs = `$aws/things/${ownThing}/jobs/*`;
/** Answers and changes of the door's own `agent` shadow. */
const ownShadow = `${shadowTopic(ownThing, 'update').replace(/update$/, '')}*`;

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
        basicIngest(sightingsRule(stage), sightingsTopic(ownThing)),
        basicIngest(passagesRule(stage), passagesTopic(ownThing)),
        shadowTopic(ownThing, 'get'),
        shadowTopic(ownThing, 'update'),
        ownJobs,
      ].map((topic) => iotArn(`topic/${topic}`)),
    },
    {
      Effect: 'Allow',
      Action: 'iot:Receive',
      Resource: heard.map((topic) => iotArn(`topic/${topic}`)),
    },
    {
      Effect: 'Allow',
      Action: 'iot:Subscribe',
      Resource: heard.map((topic) => iotArn(`topicfilter/${topic}`)),
    },
  ]);

/** What a door listens to. */
const heard = [verdictsTopic(ownThing), ownShadow, ownJobs];

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

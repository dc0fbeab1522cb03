import { describe, expect, it } from 'vitest';
import { config } from '../../rollcall.config.ts';
import { evaluate, parsePolicyDocument } from '../local/iam/policy.ts';
import { readable, resourcesOf, synthesiseForTests } from './template-for-tests.ts';

const template = synthesiseForTests(config);
const region = 'arn:aws-us-gov:iot:ap-southeast-2:123456789012';
const self = 'rollcall-dev-front-1';
const other = 'rollcall-dev-back-2';

const policyNamed = (name: string) => {
  const found = resourcesOf(template, 'AWS::IoT::Policy').find(
    ({ Properties }) => Properties.PolicyName === name,
  );
  return parsePolicyDocument(readable(found?.Properties.PolicyDocument));
};
const door = policyNamed('rollcall-dev-door');
const claim = policyNamed('rollcall-dev-claim');

/** What AWS IoT knows of a connection: the thing only when the client id is the name of one that the certificate is attached to. */
const connected = (thing: string | undefined) =>
  thing === undefined
    ? { 'iot:Connection.Thing.IsAttached': 'false' }
    : { 'iot:Connection.Thing.IsAttached': 'true', 'iot:Connection.Thing.ThingName': thing };

const ask = (
  policy: ReturnType<typeof policyNamed>,
  thing: string | undefined,
  action: string,
  resource: string,
): boolean =>
  evaluate(policy, {
    action: `iot:${action}`,
    resource: `${region}:${resource}`,
    context: connected(thing),
  }) === 'allow';

const own = (topic: string) => topic.replaceAll('SELF', self).replaceAll('OTHER', other);

const doorMay: readonly (readonly [action: string, resource: string])[] = [
  ['Connect', 'client/SELF'],
  ['Publish', 'topic/$aws/rules/rollcall_dev_sightings/rollcall/v1/SELF/sightings'],
  ['Publish', 'topic/$aws/rules/rollcall_dev_passages/rollcall/v1/SELF/passages'],
  ['Publish', 'topic/$aws/things/SELF/shadow/name/agent/get'],
  ['Publish', 'topic/$aws/things/SELF/shadow/name/agent/update'],
  ['Publish', 'topic/$aws/things/SELF/jobs/get'],
  ['Publish', 'topic/$aws/things/SELF/jobs/update-7/update'],
  ['Subscribe', 'topicfilter/rollcall/v1/SELF/verdicts'],
  ['Subscribe', 'topicfilter/$aws/things/SELF/shadow/name/agent/update/delta'],
  ['Subscribe', 'topicfilter/$aws/things/SELF/shadow/name/agent/get/accepted'],
  ['Subscribe', 'topicfilter/$aws/things/SELF/jobs/notify-next'],
  ['Receive', 'topic/rollcall/v1/SELF/verdicts'],
  ['Receive', 'topic/$aws/things/SELF/shadow/name/agent/update/delta'],
  ['Receive', 'topic/$aws/things/SELF/jobs/update-7/get/accepted'],
];

const doorMayNot: readonly (readonly [why: string, action: string, resource: string])[] = [
  ['be another door', 'Connect', 'client/OTHER'],
  ['be a claim', 'Connect', 'client/claim-1'],
  ['be a door whose name begins with its own', 'Connect', 'client/SELF1'],
  [
    'sight for another door',
    'Publish',
    'topic/$aws/rules/rollcall_dev_sightings/rollcall/v1/OTHER/sightings',
  ],
  [
    'report a passage of another door',
    'Publish',
    'topic/$aws/rules/rollcall_dev_passages/rollcall/v1/OTHER/passages',
  ],
  [
    'feed the rule of another stage',
    'Publish',
    'topic/$aws/rules/rollcall_prod_sightings/rollcall/v1/SELF/sightings',
  ],
  [
    'send its sighting to the wrong rule',
    'Publish',
    'topic/$aws/rules/rollcall_dev_passages/rollcall/v1/SELF/sightings',
  ],
  ['write reports into the rule for them', 'Publish', 'topic/$aws/rules/rollcall_dev_reports/SELF'],
  ['feed a rule of somebody else', 'Publish', 'topic/$aws/rules/payroll/anything'],
  ['pay for the broker', 'Publish', 'topic/rollcall/v1/SELF/sightings'],
  [
    'go below its topic',
    'Publish',
    'topic/$aws/rules/rollcall_dev_sightings/rollcall/v1/SELF/sightings/more',
  ],
  ['publish to a filter', 'Publish', 'topic/$aws/rules/rollcall_dev_sightings/rollcall/v1/+/sightings'],
  ['give itself a verdict', 'Publish', 'topic/rollcall/v1/SELF/verdicts'],
  ['give another door a verdict', 'Publish', 'topic/rollcall/v1/OTHER/verdicts'],
  [
    'keep a message in the broker',
    'RetainPublish',
    'topic/$aws/rules/rollcall_dev_sightings/rollcall/v1/SELF/sightings',
  ],
  ['report for another door', 'Publish', 'topic/$aws/things/OTHER/shadow/name/agent/update'],
  ['read the settings of another door', 'Publish', 'topic/$aws/things/OTHER/shadow/name/agent/get'],
  ['forget its own settings', 'Publish', 'topic/$aws/things/SELF/shadow/name/agent/delete'],
  ['have another shadow', 'Publish', 'topic/$aws/things/SELF/shadow/name/other/update'],
  ['have an unnamed shadow', 'Publish', 'topic/$aws/things/SELF/shadow/update'],
  ['forge an accepted report', 'Publish', 'topic/$aws/things/SELF/shadow/name/agent/update/accepted'],
  ['forge a change of its settings', 'Publish', 'topic/$aws/things/SELF/shadow/name/agent/update/delta'],
  ['finish the job of another door', 'Publish', 'topic/$aws/things/OTHER/jobs/update-7/update'],
  ['announce presence', 'Publish', 'topic/$aws/events/presence/connected/SELF'],
  ['ask for a certificate', 'Publish', 'topic/$aws/certificates/create-from-csr/json'],
  ['have a key made', 'Publish', 'topic/$aws/certificates/create/json'],
  ['enrol a thing', 'Publish', 'topic/$aws/provisioning-templates/rollcall-dev/provision/json'],
  ['send metrics of a security profile', 'Publish', 'topic/$aws/things/SELF/defender/metrics/json'],
  ['hear everything', 'Subscribe', 'topicfilter/#'],
  ['hear every verdict', 'Subscribe', 'topicfilter/rollcall/v1/+/verdicts'],
  ['hear the verdicts of another door', 'Subscribe', 'topicfilter/rollcall/v1/OTHER/verdicts'],
  ['hear what doors send', 'Subscribe', 'topicfilter/rollcall/v1/+/sightings'],
  ['hear its own sightings', 'Subscribe', 'topicfilter/rollcall/v1/SELF/sightings'],
  ['hear all below its name', 'Subscribe', 'topicfilter/rollcall/v1/SELF/#'],
  ['hear all shadows', 'Subscribe', 'topicfilter/$aws/things/+/shadow/name/agent/update/accepted'],
  [
    'hear the shadow of another door',
    'Subscribe',
    'topicfilter/$aws/things/OTHER/shadow/name/agent/update/delta',
  ],
  ['hear the jobs of another door', 'Subscribe', 'topicfilter/$aws/things/OTHER/jobs/notify'],
  ['hear who connects', 'Subscribe', 'topicfilter/$aws/events/presence/#'],
  ['receive the verdict of another door', 'Receive', 'topic/rollcall/v1/OTHER/verdicts'],
  [
    'receive the settings of another door',
    'Receive',
    'topic/$aws/things/OTHER/shadow/name/agent/update/delta',
  ],
  ['receive a job of another door', 'Receive', 'topic/$aws/things/OTHER/jobs/notify-next'],
  ['share a subscription', 'Subscribe', 'topicfilter/$share/all/rollcall/v1/SELF/verdicts'],
];

describe('a door may', () => {
  it.each(doorMay)('%s %s', (action, resource) => {
    expect(ask(door, self, action, own(resource))).toBe(true);
  });
});

describe('a door may not', () => {
  it.each(doorMayNot)('%s (%s %s)', (_why, action, resource) => {
    expect(ask(door, self, action, own(resource))).toBe(false);
  });

  it.each(doorMay)('use %s %s under a client id that is not its thing’s name', (action, resource) => {
    expect(ask(door, undefined, action, own(resource))).toBe(false);
  });

  it.each(doorMay)('use %s %s as a thing with the name *', (action, resource) => {
    expect(ask(door, '*', action, own(resource))).toBe(false);
  });
});

const asksForCertificate = '$aws/certificates/create-from-csr/json';
const registers = '$aws/provisioning-templates/rollcall-dev/provision/json';

describe('a claim may', () => {
  it.each([
    ['Connect', 'client/claim-7f3a'],
    ['Publish', `topic/${asksForCertificate}`],
    ['Publish', `topic/${registers}`],
    ...[asksForCertificate, registers].flatMap((topic) =>
      ['accepted', 'rejected'].flatMap((answer) => [
        ['Subscribe', `topicfilter/${topic}/${answer}`],
        ['Receive', `topic/${topic}/${answer}`],
      ]),
    ),
  ] as [string, string][])('%s %s', (action, resource) => {
    expect(ask(claim, undefined, action, resource)).toBe(true);
  });
});

describe('a claim may not', () => {
  it.each([
    ['be a door', 'Connect', `client/${self}`],
    ['have a key made that travels over the line', 'Publish', 'topic/$aws/certificates/create/json'],
    ['use another template', 'Publish', 'topic/$aws/provisioning-templates/rollcall-prod/provision/json'],
    [
      'use a template whose name begins alike',
      'Publish',
      'topic/$aws/provisioning-templates/rollcall-dev2/provision/json',
    ],
    ['sight', 'Publish', `topic/$aws/rules/rollcall_dev_sightings/rollcall/v1/${self}/sightings`],
    ['report', 'Publish', `topic/$aws/things/${self}/shadow/name/agent/update`],
    ['forge an answer to another door that enrols', 'Publish', `topic/${registers}/accepted`],
    ['hear verdicts', 'Subscribe', `topicfilter/rollcall/v1/${self}/verdicts`],
    ['hear all answers of all templates', 'Subscribe', 'topicfilter/$aws/provisioning-templates/#'],
    ['hear all', 'Subscribe', 'topicfilter/#'],
    ['receive a verdict', 'Receive', `topic/rollcall/v1/${self}/verdicts`],
  ])('%s (%s %s)', (_why, action, resource) => {
    expect(ask(claim, undefined, action, resource)).toBe(false);
  });
});

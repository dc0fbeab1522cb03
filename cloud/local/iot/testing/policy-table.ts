import { type Stage, thingName } from '#contract/names.ts';
import {
  basicIngest,
  passagesRule,
  passagesTopic,
  provisioningTemplate,
  reportsRule,
  sightingsRule,
  sightingsTopic,
  verdictsTopic,
} from '#contract/topics.ts';

/**
 * Who tries: an enrolled door; a door's certificate that is attached to no thing; a claim. `on` is a client id, a topic or
 * a topic filter. Receiving cannot be tried alone: what may not be received cannot be subscribed to either.
 */
export type PolicyCase = {
  readonly who: 'door' | 'unattached' | 'claim';
  readonly does: 'connect' | 'publish' | 'retain' | 'subscribe' | 'receive';
  readonly on: string;
  readonly allowed: boolean;
};

/** What each kind of certificate may and may not do at the broker, as a facilities team would want it. */
export const policyTable = (stage: Stage) => {
  const own = thingName(stage, 'table-1');
  const other = thingName(stage, 'table-2');
  const template = provisioningTemplate(stage);
  const csr = '$aws/certificates/create-from-csr/json';
  const provision = `$aws/provisioning-templates/${template}/provision/json`;
  const shadow = (thing: string, rest: string) => `$aws/things/${thing}/shadow/name/agent/${rest}`;
  const jobs = (thing: string, rest: string) => `$aws/things/${thing}/jobs/${rest}`;
  const sightings = (thing: string) => basicIngest(sightingsRule(stage), sightingsTopic(thing));
  const passages = (thing: string) => basicIngest(passagesRule(stage), passagesTopic(thing));
  const answers = [csr, provision].flatMap((topic) => [`${topic}/accepted`, `${topic}/rejected`]);

  const cases = (
    who: PolicyCase['who'],
    does: PolicyCase['does'],
    allowed: boolean,
    on: readonly string[],
  ): PolicyCase[] => on.map((one) => ({ who, does, on: one, allowed }));
  const allow = true;
  const deny = false;

  const door = [
    ...cases('door', 'connect', allow, [own]),
    ...cases('door', 'connect', deny, [other, 'claim-1', `${own}0`, own.toUpperCase(), '*', 'admin']),
    ...cases('unattached', 'connect', deny, [own, other, 'claim-1']),
    ...cases('door', 'publish', allow, [
      sightings(own),
      passages(own),
      shadow(own, 'get'),
      shadow(own, 'update'),
      jobs(own, 'get'),
      jobs(own, 'start-next'),
      jobs(own, 'job-1/update'),
    ]),
    ...cases('door', 'publish', deny, [
      sightings(other),
      passages(other),
      sightings(`${own}0`),
      `${sightings(own)}/more`,
      `${passages(own)}/more`,
      basicIngest(passagesRule(stage), sightingsTopic(own)),
      basicIngest(sightingsRule(stage), passagesTopic(own)),
      basicIngest(sightingsRule(stage), verdictsTopic(own)),
      basicIngest(reportsRule(stage), shadow(own, 'update/accepted')),
      basicIngest(`rollcall_${stage}x_sightings`, sightingsTopic(own)),
      sightingsTopic(own),
      verdictsTopic(own),
      verdictsTopic(other),
      shadow(other, 'get'),
      shadow(other, 'update'),
      shadow(own, 'delete'),
      shadow(own, 'get/accepted'),
      shadow(own, 'update/accepted'),
      `$aws/things/${own}/shadow/update`,
      `$aws/things/${own}/shadow/name/settings/update`,
      jobs(other, 'get'),
      jobs(other, 'job-1/update'),
      `$aws/events/presence/disconnected/${other}`,
      `$aws/things/${own}/defender/metrics/json`,
      csr,
      provision,
      '$aws/certificates/create/json',
      'anything/else',
    ]),
    ...cases('door', 'retain', deny, [sightings(own), shadow(own, 'update')]),
    ...cases('door', 'subscribe', allow, [
      verdictsTopic(own),
      shadow(own, 'update/delta'),
      shadow(own, 'get/+'),
      jobs(own, 'notify-next'),
      jobs(own, 'start-next/+'),
    ]),
    ...cases('door', 'subscribe', deny, [
      verdictsTopic(other),
      `${verdictsTopic(own)}/#`,
      verdictsTopic('+'),
      `rollcall/v1/${own}/#`,
      sightingsTopic(own),
      'rollcall/v1/#',
      '+/+/+/verdicts',
      '#',
      sightings(own),
      shadow(other, 'update/delta'),
      shadow('+', 'update/accepted'),
      `$aws/things/${own}/shadow/update/delta`,
      `$aws/things/${own}/shadow/name/+/update/delta`,
      `$aws/things/${own}/#`,
      '$aws/things/#',
      jobs(other, 'notify-next'),
      jobs('+', 'notify'),
      '$aws/events/#',
      ...answers,
      `$share/doors/${verdictsTopic(own)}`,
    ]),
    ...cases('door', 'receive', allow, [
      verdictsTopic(own),
      shadow(own, 'update/delta'),
      jobs(own, 'notify-next'),
    ]),
    ...cases('door', 'receive', deny, [
      verdictsTopic(other),
      `${verdictsTopic(own)}/more`,
      sightingsTopic(own),
      shadow(other, 'update/delta'),
      `$aws/things/${own}/shadow/update/delta`,
      jobs(other, 'notify-next'),
      `$aws/events/presence/connected/${own}`,
      ...answers,
    ]),
  ];

  const claim = [
    ...cases('claim', 'connect', allow, ['claim-1']),
    ...cases('claim', 'connect', deny, [own, 'claim', 'Claim-1', 'x-claim-1', '*']),
    ...cases('claim', 'publish', allow, [csr, provision]),
    ...cases('claim', 'publish', deny, [
      ...answers,
      '$aws/certificates/create/json',
      '$aws/certificates/create-from-csr/cbor',
      `$aws/provisioning-templates/${template}/provision/cbor`,
      '$aws/provisioning-templates/other/provision/json',
      sightings(own),
      passages(own),
      verdictsTopic(own),
      shadow(own, 'update'),
      jobs(own, 'get'),
      'anything/else',
    ]),
    ...cases('claim', 'retain', deny, [csr]),
    ...cases('claim', 'subscribe', allow, answers),
    ...cases('claim', 'subscribe', deny, [
      ...answers.map((answer) => `${answer}/#`),
      `${csr}/#`,
      `${provision}/#`,
      '$aws/certificates/#',
      '$aws/provisioning-templates/+/provision/json/accepted',
      verdictsTopic(own),
      shadow(own, 'update/delta'),
      jobs(own, 'notify-next'),
      '#',
    ]),
    ...cases('claim', 'receive', allow, answers),
    ...cases('claim', 'receive', deny, [
      ...answers.map((answer) => `${answer}/more`),
      `${csr}/more`,
      `${provision}/more`,
      '$aws/provisioning-templates/other/provision/json/accepted',
      verdictsTopic(own),
    ]),
  ];
  return { own, other, cases: [...door, ...claim] };
};

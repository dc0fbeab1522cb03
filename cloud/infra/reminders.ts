import type { RollcallConfig } from './configuration.ts';

/** What a template cannot do by itself, and an operator has to before real people are recorded. */
export const deployReminders = (
  config: Pick<RollcallConfig, 'alertAddresses' | 'deployTo' | 'keepDataOnDelete'>,
): readonly string[] => [
  'AWS may use the pictures sent to Rekognition to improve its services until the organisation opts out: ' +
    'cloud/infra/ai-services-opt-out-policy.json, once per organisation (docs/deploy.md, step 2).',
  ...(config.alertAddresses.length > 0
    ? [
        'Each address in alertAddresses must confirm its subscription by the link in the e-mail that AWS sends.',
      ]
    : ['Nobody is told of alarms, gaps or the budget: name alertAddresses in rollcall.config.ts.']),
  ...(config.keepDataOnDelete
    ? []
    : ['keepDataOnDelete is false: deleting the stack deletes everybody’s attendance.']),
  ...(config.deployTo === undefined
    ? ['deployTo is not set in rollcall.config.ts: the stack goes wherever the credentials lead.']
    : []),
];

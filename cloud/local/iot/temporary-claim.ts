import { arn } from '../account.ts';
import { parsePolicyDocument, type Statement } from '../iam/policy.ts';

/** A temporary claim is good for five minutes (AWS IoT developer guide, "Provisioning by trusted user"). */
export const claimLifetimeMs = 300_000;

const allow = (Action: string, kind: string, topics: readonly string[]) => ({
  Effect: 'Allow',
  Action,
  Resource: topics.map((topic) => arn('iot', `${kind}/${topic}`)),
});

/** What a temporary claim may do, without any policy attached: enrol by the one template that it was made for. */
export const temporaryClaimStatements = (template: string): readonly Statement[] => {
  const requests = [
    '$aws/certificates/create-from-csr/json',
    `$aws/provisioning-templates/${template}/provision/json`,
  ];
  const answers = requests.flatMap((topic) => [`${topic}/accepted`, `${topic}/rejected`]);
  return parsePolicyDocument({
    Version: '2012-10-17',
    Statement: [
      allow('iot:Connect', 'client', ['*']),
      allow('iot:Publish', 'topic', requests),
      allow('iot:Receive', 'topic', answers),
      allow('iot:Subscribe', 'topicfilter', answers),
    ],
  });
};

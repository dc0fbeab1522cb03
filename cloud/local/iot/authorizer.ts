import { arn } from '../account.ts';
import { evaluate, parsePolicyDocument, type Statement } from '../iam/policy.ts';
import { maxPolicyCharacters } from './limits.ts';
import type { Certificate, Registry, Thing } from './registry.ts';
import { temporaryClaimStatements } from './temporary-claim.ts';

/** Who is connected: a certificate under a client id. */
export type Identity = { readonly certificateId: string; readonly clientId: string };

type IotAction = 'iot:Connect' | 'iot:Publish' | 'iot:RetainPublish' | 'iot:Subscribe' | 'iot:Receive';

/** IoT policies by name, and whether those attached to a certificate let it do something. */
export interface Authorizer {
  /** Creates or replaces a policy. Throws an Error for a document that is not valid or too long. */
  definePolicy(name: string, document: unknown): void;
  hasPolicy(name: string): boolean;
  /** A policy's document as JSON text. */
  policyDocument(name: string): string | undefined;
  policyNames(): readonly string[];
  /** `resource` is `client/<id>`, `topic/<topic>` or `topicfilter/<filter>`. Only an ACTIVE certificate may do anything. */
  allows(identity: Identity, action: IotAction, resource: string): boolean;
}

const loopback = '127.0.0.1';

/** The condition keys and policy variables of a connection (AWS IoT developer guide, "Policy variables"). */
const contextOf = (clientId: string, thing: Thing | undefined): Record<string, string> => ({
  'iot:ClientId': clientId,
  'iot:SourceIp': loopback,
  'iot:Connection.Thing.IsAttached': String(thing !== undefined),
  ...(thing === undefined ? {} : { 'iot:Connection.Thing.ThingName': thing.name }),
  ...Object.fromEntries(
    Object.entries(thing?.attributes ?? {}).map(([name, value]) => [
      `iot:Connection.Thing.Attributes[${name}]`,
      value,
    ]),
  ),
});

/** Policies come from the template at every start; which certificate has which is the registry's. */
export const makeAuthorizer = ({ registry }: { readonly registry: Registry }): Authorizer => {
  const policies = new Map<string, { readonly text: string; readonly statements: readonly Statement[] }>();

  const statementsOf = ({ policies: names, claim }: Readonly<Certificate>): readonly Statement[] =>
    claim === undefined
      ? names.flatMap((name) => policies.get(name)?.statements ?? [])
      : temporaryClaimStatements(claim.template);

  return {
    definePolicy(name, document) {
      const length = JSON.stringify(document).replace(/\s/g, '').length;
      if (length > maxPolicyCharacters) {
        throw new Error(
          `The IoT policy ${name} has ${length} characters; AWS takes at most ${maxPolicyCharacters}.`,
        );
      }
      policies.set(name, { text: JSON.stringify(document), statements: parsePolicyDocument(document) });
    },
    hasPolicy: (name) => policies.has(name),
    policyDocument: (name) => policies.get(name)?.text,
    policyNames: () => [...policies.keys()],
    allows({ certificateId, clientId }, action, resource) {
      const certificate = registry.certificate(certificateId);
      if (certificate?.status !== 'ACTIVE') return false;
      // Thing variables resolve only when the client id is the name of a thing that has this certificate.
      const thing = certificate.things.includes(clientId) ? registry.thing(clientId) : undefined;
      const question = { action, resource: arn('iot', resource), context: contextOf(clientId, thing) };
      return evaluate(statementsOf(certificate), question) === 'allow';
    },
  };
};

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { account, arn } from '../account.ts';
import { provide, type ResourceProvider } from '../cloudformation/provider.ts';
import { ServiceError } from '../gateway/service.ts';
import { authorizeOnResource, type Caller } from '../iam/caller.ts';
import type { Denials } from '../iam/denials.ts';
import { parseResourcePolicy, type ResourcePolicy } from '../iam/resource-policy.ts';

/** What may be done with a key by the services that store under it. */
export type KeyAction = 'kms:GenerateDataKey' | 'kms:Decrypt';

/**
 * The keys of the template. Nothing is encrypted on one machine; what a key does here is refuse those whom AWS
 * would refuse, because a grant that is missing on the key is missed only there otherwise.
 */
export interface Kms {
  readonly providers: readonly ResourceProvider[];
  /** The ARN of a key given by id, ARN or alias; undefined for AWS's own keys (`alias/aws/…`), which need no grant. Throws an Error for others. */
  arnOf(key: string): string | undefined;
  /** Throws a ServiceError unless the caller may use the key through the service (`sqs`, `sns`). */
  use(keyArn: string, action: KeyAction, caller: Caller, throughService: string): void;
}

const keyProperties = z.strictObject({
  Description: z.string().optional(), // inert: a label
  Enabled: z.literal(true).optional(),
  EnableKeyRotation: z.boolean().optional(), // inert: there is no key material to rotate
  KeyPolicy: z.unknown(),
  KeySpec: z.literal('SYMMETRIC_DEFAULT').optional(),
  KeyUsage: z.literal('ENCRYPT_DECRYPT').optional(),
  MultiRegion: z.literal(false).optional(),
  PendingWindowInDays: z.number().optional(), // inert: nothing is deleted by a schedule
  RotationPeriodInDays: z.number().optional(), // inert: there is no key material to rotate
  Tags: z.unknown().optional(), // inert: labels
});

const aliasProperties = z.strictObject({
  AliasName: z.string().regex(/^alias\/(?!aws\/)[A-Za-z0-9/_-]+$/),
  TargetKeyId: z.string(),
});

export const makeKms = ({ denials }: { readonly denials: Pick<Denials, 'record'> }): Kms => {
  const policies = new Map<string, ResourcePolicy>();
  const aliases = new Map<string, string>();

  const arnOf = (key: string): string | undefined => {
    const name = key.slice(key.startsWith('arn:') ? key.lastIndexOf(':') + 1 : 0);
    if (name.startsWith('alias/aws/')) return undefined;
    const keyArn = aliases.get(name) ?? arn('kms', name.startsWith('key/') ? name : `key/${name}`);
    if (!policies.has(keyArn)) throw new Error(`there is no KMS key ${key}`);
    return keyArn;
  };

  return {
    providers: [
      provide('AWS::KMS::Key', keyProperties, ({ properties, stackName, logicalId }) => {
        const keyId = keyIdOf(`${stackName}/${logicalId}`);
        const keyArn = arn('kms', `key/${keyId}`);
        policies.set(keyArn, parseResourcePolicy(properties.KeyPolicy));
        return { ref: keyId, attributes: { Arn: keyArn, KeyId: keyId } };
      }),
      provide('AWS::KMS::Alias', aliasProperties, ({ properties: { AliasName, TargetKeyId } }) => {
        const target = arnOf(TargetKeyId);
        if (target === undefined) throw new Error(`${TargetKeyId} is no key of this account`);
        aliases.set(AliasName, target);
        return { ref: AliasName, attributes: {} };
      }),
    ],
    arnOf,
    use(keyArn, action, caller, throughService) {
      const policy = policies.get(keyArn);
      if (policy === undefined) throw new ServiceError('NotFoundException', `Key '${keyArn}' does not exist`);
      const context = {
        'kms:ViaService': `${throughService}.${account.region}.amazonaws.com`,
        'kms:CallerAccount': account.id,
      };
      const question = { action, resource: keyArn, context };
      if (caller.kind === 'identity' && policy.forAccount(question) !== 'allow') {
        denials.record({ principalArn: caller.arn, action, resource: keyArn });
        throw new ServiceError(
          'AccessDeniedException',
          `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${keyArn} because no resource-based policy allows the ${action} action`,
        );
      }
      authorizeOnResource(caller, policy, question, denials);
    },
  };
};

/** In the form of AWS's; derived, so that ARNs on disk stay true. */
const keyIdOf = (name: string): string =>
  createHash('sha256')
    .update(name)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');

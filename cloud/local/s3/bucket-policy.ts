import { z } from 'zod';
import { account } from '../account.ts';
import { ServiceError } from '../gateway/service.ts';
import { evaluate, parsePolicyDocument, type Statement } from '../iam/policy.ts';

/** An AWS service that reads a bucket on behalf of one of the account's resources. */
export type ServiceReader = { readonly principal: string; readonly sourceArn: string };

/** What a bucket's policy says about requests. Without a policy: nothing, so no service reads and nobody is refused. */
export interface BucketPolicy {
  /** Throws AccessDenied when the policy refuses what the caller's own policies allow. */
  refuseIfDenied(action: string, resource: string): void;
  allowsService(reader: ServiceReader, action: string, resource: string): boolean;
}

const everyone = '*';

const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

/** Whom a statement speaks of. People and roles are not here: in one account their own policies are enough. */
const Principal = z.union([
  z.literal(everyone).transform(() => [everyone]),
  z.strictObject({ AWS: z.literal(everyone) }).transform(() => [everyone]),
  z.strictObject({ Service: oneOrMore }).transform(({ Service }) => Service),
]);

const Document = z.object({
  Version: z.unknown(),
  Statement: z.array(z.looseObject({ Principal, Effect: z.string() })),
});

/** Throws an Error that says what is wrong with the document or which part is not emulated. */
export const parseBucketPolicy = (document: unknown): BucketPolicy => {
  const parsed = Document.safeParse(document);
  if (!parsed.success)
    throw new Error(`The bucket policy is not valid here: ${z.prettifyError(parsed.error)}`);
  const { Version, Statement } = parsed.data;
  const statements = Statement.map(({ Principal: principals, ...statement }) => {
    if (principals.includes(everyone) && statement.Effect === 'Allow')
      throw new Error('The bucket policy lets everyone in; the local cloud has no public buckets.');
    return { principals, parsed: parsePolicyDocument({ Version, Statement: [statement] }) };
  });
  const about = (principal: string): readonly Statement[] =>
    statements.flatMap((each) =>
      each.principals.includes(everyone) || each.principals.includes(principal) ? each.parsed : [],
    );
  return {
    refuseIfDenied(action, resource) {
      if (evaluate(about(everyone), { action, resource, context: overTls }) === 'deny')
        throw new ServiceError('AccessDenied', `The bucket policy denies ${action} on ${resource}.`, 403);
    },
    allowsService({ principal, sourceArn }, action, resource) {
      const context = { ...overTls, 'aws:SourceArn': sourceArn, 'aws:SourceAccount': account.id };
      return evaluate(about(principal), { action, resource, context }) === 'allow';
    },
  };
};

/** Loopback stands in for TLS. */
const overTls = { 'aws:SecureTransport': 'true' };

export const noBucketPolicy: BucketPolicy = {
  refuseIfDenied() {},
  allowsService: () => false,
};

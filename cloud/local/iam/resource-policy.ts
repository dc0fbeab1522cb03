import { z } from 'zod';
import { account } from '../account.ts';
import {
  type Decision,
  evaluate,
  type PolicyQuestion,
  parsePolicyDocument,
  type Statement,
} from './policy.ts';

/** What a policy that hangs on a resource (a queue, a topic, a key) says. */
export interface ResourcePolicy {
  /** Whether everybody is refused something; the account's own roles are otherwise judged by their own policies. */
  forEveryone(question: PolicyQuestion): Decision;
  /** What it says of a service such as `sns.amazonaws.com`. */
  forService(service: string, question: PolicyQuestion): Decision;
  /** Whether it leaves the decision to the policies of the account's roles, as a key's policy has to before they count. */
  forAccount(question: PolicyQuestion): Decision;
}

const everyone = '*';
const root = `arn:${account.partition}:iam::${account.id}:root`;

const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

/** Whom a statement speaks of: a role of the account gets its grants in its own policies. */
const Principal = z.union([
  z.literal(everyone).transform(() => [everyone]),
  z.strictObject({ AWS: z.enum([everyone, root]) }).transform(({ AWS }) => [AWS]),
  z.strictObject({ Service: oneOrMore }).transform(({ Service }) => Service),
]);

const Document = z.object({
  Version: z.unknown(),
  Statement: z.array(z.looseObject({ Principal, Effect: z.string() })),
});

/** Throws an Error that says what is wrong with the document or which part is not emulated. */
export const parseResourcePolicy = (document: unknown): ResourcePolicy => {
  const parsed = Document.safeParse(document);
  if (!parsed.success)
    throw new Error(`The resource policy is not valid here: ${z.prettifyError(parsed.error)}`);
  const { Version, Statement } = parsed.data;
  const statements = Statement.map(({ Principal: principals, ...statement }) => {
    if (principals.includes(everyone) && statement.Effect === 'Allow')
      throw new Error('The resource policy lets everyone in; the local cloud has no public resources.');
    return { principals, parsed: parsePolicyDocument({ Version, Statement: [statement] }) };
  });
  const about = (principal: string): readonly Statement[] =>
    statements.flatMap((each) =>
      each.principals.includes(everyone) || each.principals.includes(principal) ? each.parsed : [],
    );
  const decide = (principal: string, { action, resource, context }: PolicyQuestion): Decision =>
    evaluate(about(principal), { action, resource, context: { ...overTls, ...context } });
  return {
    forEveryone: (question) => decide(everyone, question),
    forService: (service, question) => decide(service, question),
    forAccount: (question) => decide(root, question),
  };
};

/** Loopback stands in for TLS. */
const overTls = { 'aws:SecureTransport': 'true' };

/** Says nothing: no service is let in and nobody is refused. */
export const noResourcePolicy: ResourcePolicy = {
  forEveryone: () => 'implicit_deny',
  forService: () => 'implicit_deny',
  forAccount: () => 'implicit_deny',
};

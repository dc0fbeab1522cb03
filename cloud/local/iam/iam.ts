import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { account } from '../account.ts';
import { physicalName } from '../cloudformation/physical-name.ts';
import { provide, type ResourceProvider } from '../cloudformation/provider.ts';
import type { Principal } from '../gateway/service.ts';
import { type Grant, makeRoleGrants, type RoleGrants } from './grants.ts';
import type { RequestContext } from './pattern.ts';
import { type Decision, type PolicyQuestion, parsePolicyDocument, type Statement } from './policy.ts';
import { parseTrust, type Trust, trusts } from './trust.ts';

/** An access key pair; the secret lives in memory only and is new at every start. */
export type Credentials = { readonly accessKeyId: string; readonly secretAccessKey: string };

/** Roles and their policies, and who a key pair belongs to. */
export interface Iam {
  readonly providers: readonly ResourceProvider[];
  /** The key pair of a role; throws when the template has no such role. */
  credentialsOf(roleArn: string): Credentials;
  /** Who signs with this access key id; undefined for a key that nobody has. */
  principalOf(accessKeyId: string): Principal | undefined;
  secretOf(accessKeyId: string): string | undefined;
  /** What the principal's policies say; the administrator may do everything. */
  decide(principal: Principal, question: PolicyQuestion): Decision;
  /** What the policies of a role say, for a service that acts as the role; throws when the template has no such role. */
  decideAs(roleArn: string, question: PolicyQuestion): Decision;
  /** Whether a service such as `lambda.amazonaws.com` is trusted to act as the role. */
  mayAssume(roleArn: string, service: string, context?: RequestContext): boolean;
  /** Every action and resource that a role of the template is allowed, with how often it was needed. */
  grants(): readonly Grant[];
  /** Begins to count uses anew: what a deployment only looks at is not used yet. */
  forgetUses(): void;
  /**
   * Takes one action, on one resource or on all (as the policies write them), from a role until the returned function is called, for
   * tests that prove it is needed. Throws when the role has no such grant.
   */
  withdraw(roleName: string, action: string, resource?: string): () => void;
}

type Role = {
  readonly name: string;
  readonly arn: string;
  readonly trust: readonly Trust[];
  readonly grants: RoleGrants;
  readonly credentials: Credentials;
  policyCharacters: number;
};

/** The account's own key pair, for operators and scripts. */
const administrator: Credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/**
 * The AWS-managed policies that are known here, by the end of their ARN: their documents are not in the template.
 * Source: AWS managed policy reference.
 */
const managedPolicies: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'service-role/AWSLambdaBasicExecutionRole',
    ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
  ],
  // No service here is asked for traces.
  ['AWSXRayDaemonWriteAccess', ['xray:PutTraceSegments', 'xray:PutTelemetryRecords']],
]);

/** All inline policies of a role together, white space not counted. Source: IAM quotas. */
const maxInlinePolicyCharacters = 10_240;

/** Source: IAM API reference, PutRolePolicy. */
const PolicyName = z.string().regex(/^[\w+=,.@-]{1,128}$/);

const roleProperties = z.strictObject({
  AssumeRolePolicyDocument: z.unknown(),
  Description: z.string().max(1000).optional(), // inert: a label
  ManagedPolicyArns: z.array(z.string()).default([]),
  MaxSessionDuration: z.number().optional(), // inert: the key pair of a role lasts as long as the local cloud runs
  Policies: z.array(z.strictObject({ PolicyName, PolicyDocument: z.unknown() })).default([]),
  RoleName: z
    .string()
    .regex(/^[\w+=,.@-]{1,64}$/)
    .optional(),
  Tags: z.unknown().optional(), // inert: labels
});

const policyProperties = z.strictObject({
  PolicyDocument: z.unknown(),
  PolicyName,
  Roles: z.array(z.string()).min(1),
});

/** Source: IAM user guide, "JSON policy elements: Sid". Policies of queues, topics and keys may have others. */
const checkSids = (statements: readonly Statement[]): void => {
  const sids = statements.flatMap(({ sid }) => sid ?? []);
  if (sids.some((sid) => !/^[A-Za-z0-9]*$/.test(sid)))
    throw new Error('Statement IDs (SID) must be alpha-numeric.');
  if (new Set(sids).size < sids.length)
    throw new Error('Statement IDs (SID) in a single policy must be unique.');
};

/** A key id in the form of AWS's (AKIA + 16), derived from the role so that logs stay readable across starts. */
const accessKeyIdOf = (roleArn: string): string =>
  `AKIA${createHash('sha256').update(roleArn).digest('hex').slice(0, 16).toUpperCase()}`;

/** Makes an empty IAM; its providers fill it from the template. */
export const makeIam = (): Iam => {
  const roles = new Map<string, Role>();
  const byAccessKey = new Map<string, Role>();

  const roleOf = (roleArn: string): Role => {
    const role = roles.get(roleArn.slice(roleArn.lastIndexOf('/') + 1));
    if (role === undefined || role.arn !== roleArn) throw new Error(`There is no role ${roleArn}.`);
    return role;
  };

  const attach = (role: Role, document: unknown): void => {
    role.policyCharacters += JSON.stringify(document).length;
    if (role.policyCharacters > maxInlinePolicyCharacters) {
      throw new Error(
        `Maximum policy size of ${maxInlinePolicyCharacters} bytes exceeded for role ${role.name}`,
      );
    }
    const statements = parsePolicyDocument(document);
    checkSids(statements);
    role.grants.add(statements);
  };

  const roleProvider = provide('AWS::IAM::Role', roleProperties, ({ properties, stackName, logicalId }) => {
    const name = properties.RoleName ?? physicalName(stackName, logicalId);
    const arn = `arn:${account.partition}:iam::${account.id}:role/${name}`;
    const role: Role = {
      name,
      arn,
      trust: parseTrust(properties.AssumeRolePolicyDocument),
      grants: makeRoleGrants(),
      credentials: { accessKeyId: accessKeyIdOf(arn), secretAccessKey: randomBytes(30).toString('base64') },
      policyCharacters: 0,
    };
    for (const managed of properties.ManagedPolicyArns) {
      const Action = managedPolicies.get(managed.slice(managed.indexOf('policy/') + 'policy/'.length));
      if (Action === undefined) throw new Error(`the managed policy ${managed} is not emulated`);
      const Statement = { Effect: 'Allow', Action, Resource: '*' };
      role.grants.add(parsePolicyDocument({ Version: '2012-10-17', Statement }));
    }
    for (const policy of properties.Policies) attach(role, policy.PolicyDocument);
    roles.set(name, role);
    byAccessKey.set(role.credentials.accessKeyId, role);
    return { ref: name, attributes: { Arn: arn, RoleId: `AROA${role.credentials.accessKeyId.slice(4)}` } };
  });

  const policyProvider = provide('AWS::IAM::Policy', policyProperties, ({ properties }) => {
    for (const name of properties.Roles) {
      const role = roles.get(name);
      if (role === undefined) throw new Error(`there is no role ${name}`);
      attach(role, properties.PolicyDocument);
    }
    return { ref: properties.PolicyName, attributes: { Id: properties.PolicyName } };
  });

  const mayAssume = (roleArn: string, service: string, context: RequestContext = {}): boolean =>
    trusts(roleOf(roleArn).trust, service, { 'aws:SourceAccount': account.id, ...context });

  return {
    providers: [roleProvider, policyProvider],
    credentialsOf: (roleArn) => roleOf(roleArn).credentials,
    principalOf: (accessKeyId) => {
      if (accessKeyId === administrator.accessKeyId) {
        return { kind: 'administrator', arn: `arn:${account.partition}:iam::${account.id}:root` };
      }
      const role = byAccessKey.get(accessKeyId);
      if (role === undefined) return undefined;
      const arn = `arn:${account.partition}:sts::${account.id}:assumed-role/${role.name}/local`;
      return { kind: 'role', roleName: role.name, arn };
    },
    secretOf: (accessKeyId) =>
      accessKeyId === administrator.accessKeyId
        ? administrator.secretAccessKey
        : byAccessKey.get(accessKeyId)?.credentials.secretAccessKey,
    decide: (principal, question) =>
      principal.kind === 'administrator'
        ? 'allow'
        : (roles.get(principal.roleName)?.grants.decide(question) ?? 'implicit_deny'),
    decideAs: (roleArn, question) => roleOf(roleArn).grants.decide(question),
    mayAssume,
    grants: () =>
      [...roles.values()].flatMap(({ name, grants }) =>
        grants.list().map((grant) => ({ roleName: name, ...grant })),
      ),
    forgetUses() {
      for (const { grants } of roles.values()) grants.forgetUses();
    },
    withdraw(roleName, action, resource) {
      const restore = roles.get(roleName)?.grants.withdraw(action, resource);
      if (restore === undefined) throw new Error(`The role ${roleName} has no grant of ${action}`);
      return restore;
    },
  };
};

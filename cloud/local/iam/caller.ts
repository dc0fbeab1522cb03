import { account } from '../account.ts';
import { denialError } from '../gateway/refusals.ts';
import type { Service, ServiceRequest } from '../gateway/service.ts';
import type { Denials } from './denials.ts';
import type { Iam } from './iam.ts';
import type { RequestContext } from './pattern.ts';
import type { ResourcePolicy } from './resource-policy.ts';

/** Somebody with policies of his own. */
type Identity = {
  readonly kind: 'identity';
  readonly arn: string;
  readonly authorize: ServiceRequest['authorize'];
};

/** Who wants something of a resource: an identity, or an AWS service by the resource's policy alone. */
export type Caller =
  | Identity
  | { readonly kind: 'service'; readonly service: string; readonly sourceArn: string };

export const callerOf = ({ principal, authorize }: ServiceRequest): Caller => ({
  kind: 'identity',
  arn: principal.arn,
  authorize,
});

/** Lets a service of the local cloud act as a role of the template; `session` is its part of the ARN in messages. */
export const makeActAs =
  ({ iam, denials }: { readonly iam: Pick<Iam, 'decideAs'>; readonly denials: Pick<Denials, 'record'> }) =>
  (roleArn: string, session: string): Identity => {
    const roleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
    const arn = `arn:${account.partition}:sts::${account.id}:assumed-role/${roleName}/${session}`;
    return {
      kind: 'identity',
      arn,
      authorize(action, resource, context = {}) {
        const always: RequestContext = {
          'aws:PrincipalArn': arn,
          'aws:PrincipalAccount': account.id,
          'aws:RequestedRegion': account.region,
          'aws:SecureTransport': 'true',
        };
        const decision = iam.decideAs(roleArn, { action, resource, context: { ...always, ...context } });
        if (decision === 'allow') return;
        denials.record({ principalArn: arn, action, resource });
        throw denialError(jsonService, {
          principalArn: arn,
          action,
          resource,
          explicit: decision === 'deny',
        });
      },
    };
  };

export type ActAs = ReturnType<typeof makeActAs>;

/** Decides how the denial is worded: as the JSON services do. */
const jsonService: Pick<Service, 'protocol' | 'signingNames'> = { protocol: 'json', signingNames: [] };

/**
 * Throws a ServiceError unless the caller may do this to a resource that has a policy of its own: in one account
 * a role needs a grant in its own policies, a service one in the resource's, and a denial in either wins.
 */
export const authorizeOnResource = (
  caller: Caller,
  policy: ResourcePolicy,
  {
    action,
    resource,
    context = {},
  }: { readonly action: string; readonly resource: string; readonly context?: RequestContext },
  denials: Pick<Denials, 'record'>,
): void => {
  if (caller.kind === 'identity') {
    if (policy.forEveryone({ action, resource, context }) !== 'deny') {
      caller.authorize(action, resource, context);
      return;
    }
  } else {
    const source = { 'aws:SourceArn': caller.sourceArn, 'aws:SourceAccount': account.id };
    const decision = policy.forService(caller.service, {
      action,
      resource,
      context: { ...context, ...source },
    });
    if (decision === 'allow') return;
  }
  const principalArn = caller.kind === 'identity' ? caller.arn : caller.service;
  denials.record({ principalArn, action, resource });
  throw denialError(jsonService, {
    principalArn,
    action,
    resource,
    explicit: caller.kind === 'identity',
  });
};

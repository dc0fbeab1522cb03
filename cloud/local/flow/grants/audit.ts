import type { Grant } from '../../iam/grants.ts';
import { matchesPattern } from '../../iam/pattern.ts';
import type { LocalCloud } from '../../local-cloud.ts';
import { exemptions } from './grant-exemptions.ts';
import { type GrantCase, grantCases } from './grant-table.ts';
import { type RoleLabel, roleNamed } from './roles.ts';

/** One exempt grant. */
export type Exempt = { readonly role: RoleLabel; readonly action: string; readonly why: string };

export const exemptGrants: readonly Exempt[] = exemptions.flatMap(({ roles, actions, why }) =>
  roles.flatMap((role) => actions.map((action) => ({ role, action, why }))),
);

/** Whether the case is about this grant. */
export const isAbout = (
  { role, action, resource }: GrantCase,
  cloud: Pick<LocalCloud, 'grants'>,
  grant: Grant,
): boolean =>
  grant.action === action &&
  grant.roleName === roleNamed(cloud, role) &&
  // The table's asterisk stands for anything but another part of the resource's path.
  new RegExp(`${resource.split('*').map(escaped).join('[^/]*')}$`).test(grant.resource);

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** Whether a denied call is what withdrawing the grant makes of it. */
export const isDeniedFor = (
  grant: Grant,
  { principalArn, action, resource }: ReturnType<LocalCloud['denied']>[number],
): boolean =>
  action === grant.action &&
  principalArn.includes(grant.roleName) &&
  matchesPattern(grant.resource, resource, {});

const isExempt = (cloud: Pick<LocalCloud, 'grants'>, { roleName, action }: Grant): boolean =>
  exemptGrants.some((one) => one.action === action && roleNamed(cloud, one.role) === roleName);

/** How the tables and the template agree, as readable lines; all empty when they do. */
export const auditGrants = (cloud: Pick<LocalCloud, 'grants'>) => {
  const grants = cloud.grants();
  const named = ({ roleName, action, resource }: Grant): string => `${roleName} ${action} ${resource}`;
  const provable = grants.filter((grant) => !isExempt(cloud, grant));
  return {
    /** Granted, and neither in the table nor exempt. */
    unproven: provable.filter((grant) => !grantCases.some((one) => isAbout(one, cloud, grant))).map(named),
    /** In the table or exempt, and not (or not once) granted. */
    stale: [
      ...grantCases.filter((one) => grants.filter((grant) => isAbout(one, cloud, grant)).length !== 1),
      ...exemptGrants.filter(
        (one) =>
          !grants.some(
            ({ roleName, action }) => action === one.action && roleNamed(cloud, one.role) === roleName,
          ),
      ),
    ].map(({ role, action }) => `${role} ${action}`),
    /** Granted, not exempt, and never used since the start. */
    unused: provable.filter(({ used }) => used === 0).map(named),
  };
};

import type { LocalCloud } from '../../local-cloud.ts';

/** Roles of the template as the tables here call them: the beginning of their logical ids. */
export type RoleLabel =
  | 'IngestFunctionRole'
  | 'IngestRuleErrorsRole'
  | 'WatchFunctionRole'
  | 'WatchScheduleRole'
  | 'DaysFunctionRole'
  | 'DaysScheduleRole'
  | 'DoorsHookRole'
  | 'DoorsProvisioningRole'
  | 'ApiattendanceRole'
  | 'ApipeopleRole'
  | 'ApidoorsRole'
  | 'ApicheckinRole'
  | 'ApischeduleRole'
  | 'DashboardDeploymentRole';

/** The physical name of a role. Throws when the template has not exactly one such role with grants. */
export const roleNamed = (cloud: Pick<LocalCloud, 'grants'>, label: RoleLabel): string => {
  const names = new Set(cloud.grants().map(({ roleName }) => roleName));
  // Long logical ids are cut in the middle of a physical name.
  const found = [...names].filter((name) => name.split('-').some((part) => part.startsWith(label)));
  const [name] = found;
  if (name === undefined || found.length > 1)
    throw new Error(`the template has ${found.length} roles ${label} with grants, not one`);
  return name;
};

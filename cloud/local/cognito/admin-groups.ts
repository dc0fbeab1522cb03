import { z } from 'zod';
import { ServiceError } from '../gateway/service.ts';
import { needUser, type Operation, operation, pageOf } from './admin-operation.ts';
import { describeUser } from './admin-users.ts';
import type { Group, Pool } from './pool.ts';

const named = { UserPoolId: z.string(), Username: z.string().min(1).max(128) };
const paged = { Limit: z.int().min(1).max(60).default(60), NextToken: z.string().optional() };

const needGroup = (pool: Pool, name: string): Group => {
  const group = pool.groups.get(name);
  if (group === undefined) throw new ServiceError('ResourceNotFoundException', 'Group not found.');
  return group;
};

const describeGroup = (group: Group) => ({
  GroupName: group.GroupName,
  UserPoolId: group.UserPoolId,
  ...(group.Description === undefined ? {} : { Description: group.Description }),
  ...(group.Precedence === undefined ? {} : { Precedence: group.Precedence }),
  CreationDate: group.createdAt / 1000,
  LastModifiedDate: group.createdAt / 1000,
});

const setGroups = (pool: Pool, username: string, now: () => number, next: (old: string[]) => string[]) => {
  const user = needUser(pool, username);
  pool.users.put({ ...user, groups: next(user.groups), modifiedAt: now() });
};

const next = (token: string | undefined) => (token === undefined ? {} : { NextToken: token });

/** Operations on who is in which group. The groups themselves come from the template. */
export const groupOperations: Readonly<Record<string, Operation>> = {
  AdminAddUserToGroup: operation(
    z.strictObject({ ...named, GroupName: z.string() }),
    (pool, { Username, GroupName }, now) => {
      needGroup(pool, GroupName);
      setGroups(pool, Username, now, (old) => [...new Set([...old, GroupName])]);
    },
  ),
  AdminRemoveUserFromGroup: operation(
    z.strictObject({ ...named, GroupName: z.string() }),
    (pool, { Username, GroupName }, now) => {
      needGroup(pool, GroupName);
      setGroups(pool, Username, now, (old) => old.filter((name) => name !== GroupName));
    },
  ),
  AdminListGroupsForUser: operation(z.strictObject({ ...named, ...paged }), (pool, input) => {
    const groups = needUser(pool, input.Username).groups.flatMap((name) => pool.groups.get(name) ?? []);
    const shown = pageOf(groups, input.Limit, input.NextToken);
    return { Groups: shown.items.map(describeGroup), ...next(shown.next) };
  }),
  ListGroups: operation(z.strictObject({ UserPoolId: z.string(), ...paged }), (pool, input) => {
    const shown = pageOf([...pool.groups.values()], input.Limit, input.NextToken);
    return { Groups: shown.items.map(describeGroup), ...next(shown.next) };
  }),
  ListUsersInGroup: operation(
    z.strictObject({ UserPoolId: z.string(), GroupName: z.string(), ...paged }),
    (pool, input) => {
      needGroup(pool, input.GroupName);
      const members = pool.users.all().filter((user) => user.groups.includes(input.GroupName));
      const shown = pageOf(members, input.Limit, input.NextToken);
      return { Users: shown.items.map(describeUser), ...next(shown.next) };
    },
  ),
};

import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { ServiceError } from '../gateway/service.ts';
import { needUser, type Operation, operation, pageOf } from './admin-operation.ts';
import type { Pool } from './pool.ts';
import { createUser, type Refusal, setPassword } from './sign-up.ts';
import type { User } from './user-store.ts';

const Attribute = z.strictObject({ Name: z.string(), Value: z.string().default('') });
const named = { UserPoolId: z.string(), Username: z.string().min(1).max(128) };
const ignored = z.unknown().optional();

const refuse = ({ refused, message }: Refusal): never => {
  throw new ServiceError(refused, message);
};

/** Seconds with fractions, as JSON 1.1 writes a timestamp. */
const timestamp = (ms: number): number => ms / 1000;

const userAttributes = (user: User) => [
  ...Object.entries(user.attributes).map(([Name, Value]) => ({ Name, Value })),
  { Name: 'sub', Value: user.sub },
];

/** A user as lists and AdminCreateUser show it. */
export const describeUser = (user: User) => ({
  Username: user.username,
  Attributes: userAttributes(user),
  UserCreateDate: timestamp(user.createdAt),
  UserLastModifiedDate: timestamp(user.modifiedAt),
  Enabled: user.enabled,
  UserStatus: user.status,
});

const change = (pool: Pool, name: string, now: () => number, changes: Partial<User>): void => {
  pool.users.put({ ...needUser(pool, name), ...changes, modifiedAt: now() });
};

const checkAttributes = (pool: Pool, attributes: readonly z.output<typeof Attribute>[]) => {
  const known = ['email', 'email_verified', 'name', ...pool.properties.Schema.map(({ Name }) => Name)];
  const unknown = attributes.find(({ Name }) => !known.includes(Name.replace(/^custom:/, '')));
  if (unknown !== undefined) {
    throw new ServiceError(
      'InvalidParameterException',
      `Attributes did not conform to the schema: ${unknown.Name}: The attribute is not defined in schema.`,
    );
  }
  return Object.fromEntries(attributes.map(({ Name, Value }) => [Name, Value]));
};

const filterPattern = /^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/;

const matchesFilter = (filter: string | undefined): ((user: User) => boolean) => {
  if (filter === undefined || filter === '') return () => true;
  const [, name, comparison, quoted = ''] = filterPattern.exec(filter) ?? [];
  if (name === undefined) throw new ServiceError('InvalidParameterException', 'Error while parsing filter.');
  const wanted = quoted.replace(/\\(.)/g, '$1');
  return (user) => {
    const special: Record<string, string> = {
      username: user.username,
      sub: user.sub,
      'cognito:user_status': user.status,
      status: user.enabled ? 'Enabled' : 'Disabled',
    };
    const value = special[name] ?? user.attributes[name] ?? '';
    return comparison === '=' ? value === wanted : value.startsWith(wanted);
  };
};

/** Operations on single users. No mail is sent for any of them. */
export const userOperations: Readonly<Record<string, Operation>> = {
  AdminCreateUser: operation(
    z.strictObject({
      ...named,
      UserAttributes: z.array(Attribute).default([]),
      TemporaryPassword: z.string().optional(),
      MessageAction: z.enum(['SUPPRESS', 'RESEND']).optional(),
      DesiredDeliveryMediums: ignored, // inert: no mail leaves this machine
      ForceAliasCreation: ignored, // inert: addresses are never taken from another user
      ValidationData: ignored, // inert: for triggers, which the stack has none of
      ClientMetadata: ignored, // inert: as above
    }),
    async (pool, input, now) => {
      // Nobody reads a made-up one here; an administrator sets another with AdminSetUserPassword.
      const password = input.TemporaryPassword ?? `${randomBytes(24).toString('base64url')}aA1!`;
      const attributes = checkAttributes(pool, input.UserAttributes);
      const request = {
        name: input.Username,
        password,
        attributes,
        status: 'FORCE_CHANGE_PASSWORD',
      } as const;
      const made = await createUser(pool, request, now());
      return 'refused' in made ? refuse(made) : { User: describeUser(made) };
    },
  ),
  AdminSetUserPassword: operation(
    z.strictObject({ ...named, Password: z.string(), Permanent: z.boolean().default(false) }),
    async (pool, input, now) => {
      const user = needUser(pool, input.Username);
      const refusal = await setPassword(pool, user, input.Password, input.Permanent, now());
      return refusal === undefined ? {} : refuse(refusal);
    },
  ),
  AdminGetUser: operation(z.strictObject(named), (pool, { Username }) => {
    const { Attributes, ...rest } = describeUser(needUser(pool, Username));
    return { ...rest, UserAttributes: Attributes };
  }),
  AdminDeleteUser: operation(z.strictObject(named), (pool, { Username }) => {
    pool.users.remove(needUser(pool, Username).sub);
  }),
  AdminDisableUser: operation(z.strictObject(named), (pool, { Username }, now) =>
    change(pool, Username, now, { enabled: false, signedOutAt: now() }),
  ),
  AdminEnableUser: operation(z.strictObject(named), (pool, { Username }, now) =>
    change(pool, Username, now, { enabled: true }),
  ),
  AdminUserGlobalSignOut: operation(z.strictObject(named), (pool, { Username }, now) =>
    change(pool, Username, now, { signedOutAt: now() }),
  ),
  ListUsers: operation(
    z.strictObject({
      UserPoolId: z.string(),
      AttributesToGet: z.array(z.string()).optional(),
      Filter: z.string().optional(),
      Limit: z.int().min(0).max(60).default(60),
      PaginationToken: z.string().optional(),
    }),
    (pool, input) => {
      const found = pool.users.all().filter(matchesFilter(input.Filter));
      const { items, next } = pageOf(found, input.Limit, input.PaginationToken);
      const wanted = (name: string): boolean => input.AttributesToGet?.includes(name) ?? true;
      return {
        Users: items.map(describeUser).map((user) => ({
          ...user,
          Attributes: user.Attributes.filter(({ Name }) => wanted(Name)),
        })),
        ...(next === undefined ? {} : { PaginationToken: next }),
      };
    },
  ),
};

import { randomUUID } from 'node:crypto';
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  ListGroupsCommand,
  ListUsersCommand,
  ListUsersInGroupCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { clientSettings, givenTarget } from '../differential/environment.ts';
import { serveForTests } from '../serve-for-tests.ts';
import { startTestCognito, testPassword } from './cognito-for-tests.ts';

// What the product's scripts expect of the administrators' API, of the local Cognito or of the given target's user pool.

let admin: CognitoIdentityProviderClient;
let UserPoolId: string;
let stop = async (): Promise<void> => {};
const created: string[] = [];

beforeAll(async () => {
  const target = givenTarget();
  if (target !== undefined) {
    admin = new CognitoIdentityProviderClient(clientSettings(target));
    UserPoolId = target.userPoolId;
    return;
  }
  const local = await startTestCognito();
  const server = await serveForTests(local.cognito.service);
  admin = new CognitoIdentityProviderClient(server.config);
  UserPoolId = local.poolId;
  stop = async () => {
    await server.close();
    await local.stop();
  };
});
afterEach(async () => {
  for (const name of created.splice(0)) await admin.send(new AdminDeleteUserCommand(user(name)));
});
afterAll(async () => {
  admin.destroy();
  await stop();
});

const user = (Username: string) => ({ UserPoolId, Username });
const createUser = async (more: object = {}): Promise<string> => {
  const name = `contract-${randomUUID()}`;
  const UserAttributes = [
    { Name: 'email', Value: `${name}@example.org` },
    { Name: 'email_verified', Value: 'true' },
  ];
  await admin.send(
    new AdminCreateUserCommand({ ...user(name), UserAttributes, MessageAction: 'SUPPRESS', ...more }),
  );
  created.push(name);
  return name;
};

it('shows a user by name and by address, and what became of them', async () => {
  const name = await createUser();
  const status = async (of = name) => {
    const { UserStatus, Enabled } = await admin.send(new AdminGetUserCommand(user(of)));
    return [UserStatus, Enabled];
  };
  expect(await status()).toEqual(['FORCE_CHANGE_PASSWORD', true]);
  const password = { Password: testPassword, Permanent: true };
  await admin.send(new AdminSetUserPasswordCommand({ ...user(name), ...password }));
  expect(await status(`${name}@example.org`)).toEqual(['CONFIRMED', true]);
  await admin.send(new AdminDisableUserCommand(user(name)));
  expect(await status()).toEqual(['CONFIRMED', false]);
  await admin.send(new AdminEnableUserCommand(user(name)));
  expect(await status()).toEqual(['CONFIRMED', true]);
  const { UserAttributes, Username } = await admin.send(new AdminGetUserCommand(user(name)));
  expect(Username).toBe(name);
  expect(UserAttributes).toEqual(
    expect.arrayContaining([
      { Name: 'email', Value: `${name}@example.org` },
      { Name: 'email_verified', Value: 'true' },
      { Name: 'sub', Value: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    ]),
  );
});

it('knows who is in which group', async () => {
  const name = await createUser();
  const groupsOf = async () => {
    const { Groups = [] } = await admin.send(new AdminListGroupsForUserCommand(user(name)));
    return Groups.map(({ GroupName }) => GroupName).sort();
  };
  for (const GroupName of ['staff', 'hr', 'staff'])
    await admin.send(new AdminAddUserToGroupCommand({ ...user(name), GroupName }));
  expect(await groupsOf()).toEqual(['hr', 'staff']);
  const members = await admin.send(new ListUsersInGroupCommand({ UserPoolId, GroupName: 'hr' }));
  expect(members.Users?.map(({ Username }) => Username)).toContain(name);
  await admin.send(new AdminRemoveUserFromGroupCommand({ ...user(name), GroupName: 'hr' }));
  expect(await groupsOf()).toEqual(['staff']);
  const { Groups = [] } = await admin.send(new ListGroupsCommand({ UserPoolId }));
  expect(Groups.map(({ GroupName }) => GroupName)).toEqual(expect.arrayContaining(['hr', 'staff']));
});

it('lists users in pages and by filter', async () => {
  const names = [await createUser(), await createUser()];
  const first = await admin.send(new ListUsersCommand({ UserPoolId, Limit: 1 }));
  expect(first.Users).toHaveLength(1);
  const { PaginationToken } = first;
  const second = await admin.send(new ListUsersCommand({ UserPoolId, Limit: 1, PaginationToken }));
  expect(second.Users?.[0]?.Username).not.toBe(first.Users?.[0]?.Username);
  const found = async (Filter: string) =>
    (await admin.send(new ListUsersCommand({ UserPoolId, Filter }))).Users?.map(({ Username }) => Username);
  // A search sees a new user after a moment.
  await expect.poll(() => found(`email = "${names[0]}@example.org"`)).toEqual([names[0]]);
  await expect.poll(async () => (await found('username ^= "contract-"'))?.sort()).toEqual([...names].sort());
  await expect(found('email likes "b"')).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

it.each<[string, (name: string) => Promise<unknown>, string]>([
  ['an unknown user', () => admin.send(new AdminGetUserCommand(user('nobody'))), 'UserNotFoundException'],
  [
    'a name twice',
    (name) => admin.send(new AdminCreateUserCommand({ ...user(name), MessageAction: 'SUPPRESS' })),
    'UsernameExistsException',
  ],
  [
    'a weak password',
    (name) => {
      const weak = { ...user(name), Password: 'short', Permanent: true };
      return admin.send(new AdminSetUserPasswordCommand(weak));
    },
    'InvalidPasswordException',
  ],
  [
    'an unknown group',
    (name) => admin.send(new AdminAddUserToGroupCommand({ ...user(name), GroupName: 'kings' })),
    'ResourceNotFoundException',
  ],
  [
    'an unknown pool',
    () => admin.send(new ListUsersCommand({ UserPoolId: `${UserPoolId.split('_')[0]}_unknown00` })),
    'ResourceNotFoundException',
  ],
  [
    'an attribute that the pool does not have',
    () => createUser({ UserAttributes: [{ Name: 'custom:size', Value: '1' }] }),
    'InvalidParameterException',
  ],
])("refuses %s with Cognito's error", async (_, call, name) => {
  await expect(call(await createUser())).rejects.toMatchObject({ name });
});

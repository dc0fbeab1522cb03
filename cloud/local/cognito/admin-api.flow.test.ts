import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminRemoveUserFromGroupCommand,
  AdminSetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serveForTests } from '../serve-for-tests.ts';
import {
  authorizeQuery,
  createPkce,
  requestTokens,
  signInByPages,
  startTestCognito,
  type TestCognito,
  testPassword,
  tokensOf,
} from './cognito-for-tests.ts';

let test: TestCognito;
let gateway: Awaited<ReturnType<typeof serveForTests>>;
let admin: CognitoIdentityProviderClient;
let denied = '';

beforeAll(async () => {
  test = await startTestCognito();
  gateway = await serveForTests(test.cognito.service, ({ action }) => action !== denied);
  admin = new CognitoIdentityProviderClient(gateway.config);
});
afterAll(async () => {
  admin.destroy();
  await gateway.close();
  await test.stop();
});

const user = (Username: string) => ({ UserPoolId: test.poolId, Username });
const createUser = async (name: string): Promise<void> => {
  const UserAttributes = [
    { Name: 'email', Value: `${name}@example.org` },
    { Name: 'email_verified', Value: 'true' },
  ];
  await admin.send(new AdminCreateUserCommand({ ...user(name), UserAttributes, MessageAction: 'SUPPRESS' }));
  const Password = testPassword;
  await admin.send(new AdminSetUserPasswordCommand({ ...user(name), Password, Permanent: true }));
};

it('creates a user who can sign in, and asks for the permission on the pool', async () => {
  gateway.asked.length = 0;
  await createUser('ann');
  expect(gateway.asked).toMatchObject([
    {
      action: 'cognito-idp:AdminCreateUser',
      resource: `arn:aws:cognito-idp:eu-central-1:000000000000:userpool/${test.poolId}`,
    },
    { action: 'cognito-idp:AdminSetUserPassword' },
  ]);
  expect((await tokensOf(test, 'ann')).status).toBe(200);
  const shown = await admin.send(new AdminGetUserCommand(user('ann@example.org')));
  expect(shown).toMatchObject({ Username: 'ann', UserStatus: 'CONFIRMED', Enabled: true });
  expect(shown.UserCreateDate).toEqual(new Date(test.clock.ms));
  expect(shown.UserAttributes).toContainEqual({ Name: 'email', Value: 'ann@example.org' });
});

it('refuses what the caller has no permission for', async () => {
  denied = 'cognito-idp:AdminDeleteUser';
  await expect(admin.send(new AdminDeleteUserCommand(user('ann')))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
  denied = '';
});

it('puts groups into both tokens, and takes them out again', async () => {
  await createUser('bea');
  for (const GroupName of ['staff', 'hr']) {
    await admin.send(new AdminAddUserToGroupCommand({ ...user('bea'), GroupName }));
  }
  const { access_token = '', id_token = '' } = (await tokensOf(test, 'bea')).body;
  expect(decodeJwt(access_token)['cognito:groups']).toEqual(['staff', 'hr']);
  expect(decodeJwt(id_token)['cognito:groups']).toEqual(['staff', 'hr']);
  await admin.send(new AdminRemoveUserFromGroupCommand({ ...user('bea'), GroupName: 'hr' }));
  expect(decodeJwt((await tokensOf(test, 'bea')).body.access_token ?? '')['cognito:groups']).toEqual([
    'staff',
  ]);
});

it('makes people with a temporary password choose their own', async () => {
  await admin.send(new AdminCreateUserCommand({ ...user('cem'), TemporaryPassword: 'Temporary-pass-1' }));
  const { back, browser } = await signInByPages(test, 'cem', {}, 'Temporary-pass-1');
  expect(back.html).toContain('<h1>Choose a new password</h1>');
  const weak = await browser.submit(back, { password: 'weak' });
  expect(weak.html).toContain('Password not long enough');
  const done = await browser.submit(weak, { password: testPassword });
  expect(done.location).toContain('code=');
  const shown = await admin.send(new AdminGetUserCommand(user('cem')));
  expect(shown.UserStatus).toBe('CONFIRMED');
});

it('ends refresh tokens and sessions when a user is disabled or signed out everywhere', async () => {
  await createUser('dan');
  const refreshes = async (refresh_token = '') =>
    (await requestTokens(test, { grant_type: 'refresh_token', refresh_token })).status;
  const first = (await tokensOf(test, 'dan')).body.refresh_token;
  expect(await refreshes(first)).toBe(200);
  test.clock.ms += 10;
  await admin.send(new AdminUserGlobalSignOutCommand(user('dan')));
  expect(await refreshes(first)).toBe(400);
  test.clock.ms += 10;
  const second = (await tokensOf(test, 'dan')).body.refresh_token;
  expect(await refreshes(second)).toBe(200);
  const { browser } = await signInByPages(test, 'dan');
  const comeBack = () => browser.visit(`/oauth2/authorize?${authorizeQuery(test, createPkce().challenge)}`);
  expect((await comeBack()).location).toContain('code=');
  test.clock.ms += 10;
  await admin.send(new AdminDisableUserCommand(user('dan')));
  expect((await comeBack()).html).toContain('<h1>Sign in</h1>');
  expect(await refreshes(second)).toBe(400);
  await admin.send(new AdminEnableUserCommand(user('dan')));
  expect((await tokensOf(test, 'dan')).status).toBe(200);
  await admin.send(new AdminDeleteUserCommand(user('dan')));
  await expect(admin.send(new AdminGetUserCommand(user('dan')))).rejects.toThrow('User does not exist.');
});

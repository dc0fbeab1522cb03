import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  UsernameExistsException,
} from '@aws-sdk/client-cognito-identity-provider';
import { Group, UserLink } from '#contract/api.ts';
import type { ApiClient } from '../api-client.ts';

export type DemoUser = {
  readonly username: string;
  readonly password: string;
  readonly groups: readonly Group[];
};

/** One demo user for each group. The password is public: the local cloud listens on loopback only. */
export const demoUsers: readonly DemoUser[] = Group.options.map((group) => ({
  username: group,
  password: 'Rollcall-demo-1',
  groups: [group],
}));

/**
 * Creates the demo users through the user pool's API, as an administrator would. Safe to repeat.
 * Returns each user's `sub`.
 */
export async function createDemoUsers(
  cloud: { readonly awsUrl: string; readonly region: string },
  userPoolId: string,
): Promise<ReadonlyMap<string, string>> {
  const cognito = new CognitoIdentityProviderClient({
    endpoint: cloud.awsUrl,
    region: cloud.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  try {
    const subs = new Map<string, string>();
    for (const user of demoUsers) subs.set(user.username, await createUser(cognito, userPoolId, user));
    return subs;
  } finally {
    cognito.destroy();
  }
}

/** Creates a user with their groups unless there is one of this name. Returns the `sub`. */
export async function createUser(
  cognito: CognitoIdentityProviderClient,
  userPoolId: string,
  user: DemoUser,
): Promise<string> {
  const id = { UserPoolId: userPoolId, Username: user.username };
  try {
    await cognito.send(
      new AdminCreateUserCommand({
        ...id,
        MessageAction: 'SUPPRESS',
        UserAttributes: [
          { Name: 'email', Value: `${user.username}@example.com` },
          { Name: 'email_verified', Value: 'true' },
        ],
      }),
    );
    await cognito.send(new AdminSetUserPasswordCommand({ ...id, Password: user.password, Permanent: true }));
    for (const group of user.groups)
      await cognito.send(new AdminAddUserToGroupCommand({ ...id, GroupName: group }));
  } catch (error) {
    if (!(error instanceof UsernameExistsException)) throw error;
  }
  const { UserAttributes = [] } = await cognito.send(new AdminGetUserCommand(id));
  const sub = UserAttributes.find((attribute) => attribute.Name === 'sub')?.Value;
  if (sub === undefined) throw new Error(`the user pool gave no sub for ${user.username}`);
  return sub;
}

/** Links a user to a site, and leaves everything else that HR has tried out since the first start as it is. */
export async function linkToSite(hr: ApiClient, sub: string, site: string): Promise<void> {
  const link = UserLink.parse(await hr('GET', `/users/${sub}`));
  if (!link.sites.includes(site)) await hr('PUT', `/users/${sub}`, { ...link, sites: [...link.sites, site] });
}

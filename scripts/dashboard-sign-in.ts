import { DashboardConfig } from '#contract/dashboard-config.ts';
import { type Credentials, type SignInEndpoints, signIn } from './sign-in.ts';

/** Reads from a running dashboard how to sign in as it does. */
export async function readSignInEndpoints(dashboardUrl: string): Promise<SignInEndpoints> {
  const answer = await fetch(new URL('/config.json', dashboardUrl));
  if (!answer.ok)
    throw new Error(`${dashboardUrl}/config.json answered ${answer.status}: is Rollcall running?`);
  const config = DashboardConfig.parse(await answer.json());
  return {
    clientId: config.clientId,
    signInUrl: config.signInDomain,
    scopes: config.scopes.split(' '),
    redirectUri: new URL(config.redirectPath, dashboardUrl).href,
  };
}

/** Signs in at a running dashboard and returns the access token. */
export const signInAtDashboard = async (dashboardUrl: string, user: Credentials): Promise<string> =>
  signIn(await readSignInEndpoints(dashboardUrl), user);

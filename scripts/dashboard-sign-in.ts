import { z } from 'zod';
import { type Credentials, type SignInEndpoints, signIn } from './sign-in.ts';

/** The part of the dashboard's public config.json that a program needs to sign in as the dashboard does. */
const DashboardConfig = z.object({ clientId: z.string(), signInUrl: z.url(), scopes: z.array(z.string()) });

export async function readSignInEndpoints(dashboardUrl: string): Promise<SignInEndpoints> {
  const answer = await fetch(new URL('/config.json', dashboardUrl));
  if (!answer.ok)
    throw new Error(`${dashboardUrl}/config.json answered ${answer.status}: is Rollcall running?`);
  const config = DashboardConfig.parse(await answer.json());
  return { ...config, redirectUri: new URL('/callback', dashboardUrl).href };
}

/** Signs in at a running dashboard and returns the access token. */
export const signInAtDashboard = async (dashboardUrl: string, user: Credentials): Promise<string> =>
  signIn(await readSignInEndpoints(dashboardUrl), user);

import { rmSync } from 'node:fs';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import * as z from 'zod';
import { Group } from '#contract/api.ts';
import { type ApiClient, makeApiClient } from '../../../../scripts/api-client.ts';
import { assemblyDir } from '../../../../scripts/assembly.ts';
import { signInAtDashboard } from '../../../../scripts/dashboard-sign-in.ts';
import type { Credentials } from '../../../../scripts/sign-in.ts';
import { demoSite } from '../../../../scripts/start/demo.ts';
import { createUser, demoUsers } from '../../../../scripts/start/demo-users.ts';
import { type Installation, startInstallation } from '../../../local/flow/installation.ts';
import { unthrottledAssembly } from './unthrottled-assembly.ts';

/** A site with one of everything that a path or a body can name. */
export type Place = {
  readonly site: string;
  readonly person: string;
  readonly number: string;
  readonly shift: string;
  readonly assignment: string;
  readonly leave: string;
  readonly correction: string;
};

/** A running local cloud with two sites. The demo's users are linked to `own` alone, `everywhere` in all groups to both. */
export type World = {
  readonly installation: Installation;
  readonly own: Place;
  readonly other: Place;
  readonly holidayList: string;
  /** `sub` of a user whom nobody asks anything as. */
  readonly bystander: string;
  readonly everywhere: Credentials;
  /** In no group. */
  readonly nobody: Credentials;
  stop(): Promise<void>;
};

export const pin = '2580';
const password = 'Rollcall-demo-1';
export const otherSite = 'elsewhere';
const dayMs = 86_400_000;
export const dateIn = (days: number): string =>
  new Date(Date.now() + days * dayMs).toISOString().slice(0, 10);

export const startWorld = async (): Promise<World> => {
  const assembly = unthrottledAssembly(assemblyDir);
  const installation = await startInstallation(assembly);
  const { cloud, hr, subs } = installation;
  const everywhere = { username: 'everywhere', password };
  const nobody = { username: 'nobody', password };
  const [sub, , bystander] = [
    await addUser(installation, everywhere, Group.options),
    await addUser(installation, nobody, []),
    await addUser(installation, { username: 'bystander', password }, []),
  ];
  const link = (who: string, personId: string | null, sites: readonly string[]) =>
    hr('PUT', `/users/${who}`, { personId, sites });

  await link(sub, null, [demoSite]);
  const api = makeApiClient(cloud.apiUrl, await signInAtDashboard(cloud.dashboardUrl, everywhere));
  const sites = z
    .object({ items: z.array(z.record(z.string(), z.unknown())) })
    .parse(await api('GET', '/sites'));
  const { configured, calendars, ...rules } = sites.items.find(({ id }) => id === demoSite) ?? {};
  await api('POST', '/sites', { ...rules, id: otherSite, name: 'Elsewhere' });
  const own = await fill(api, demoSite);
  const other = await fill(api, otherSite);
  const holidayList = 'everybody';
  await api('POST', '/holidays', { id: holidayList, name: 'Everybody’s', holidays: [] });

  await link(sub, null, [demoSite, otherSite]);
  await link(subs.get('staff') ?? '', own.person, [demoSite]);
  for (const group of ['kiosk', 'admin']) await link(subs.get(group) ?? '', null, [demoSite]);
  return {
    installation,
    own,
    other,
    holidayList,
    bystander,
    everywhere,
    nobody,
    async stop() {
      await installation.stop();
      rmSync(assembly, { recursive: true });
    },
  };
};

/** The demo's user of a group. */
export const userOf = (group: Group): Credentials => {
  const found = demoUsers.find(({ username }) => username === group);
  if (found === undefined) throw new Error(`the demo has no user for ${group}`);
  return found;
};

const addUser = async (
  { cloud }: Installation,
  user: Credentials,
  groups: readonly Group[],
): Promise<string> => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const { awsUrl: endpoint, region } = cloud;
  const cognito = new CognitoIdentityProviderClient({ endpoint, region, credentials });
  const sub = await createUser(cognito, cloud.outputs.UserPoolId ?? '', { ...user, groups });
  cognito.destroy();
  return sub;
};

const Made = z.object({ id: z.string() });

const fill = async (api: ApiClient, site: string): Promise<Place> => {
  const post = async (path: string, body: unknown): Promise<string> =>
    Made.parse(await api('POST', path, body)).id;
  const number = `n-${site}`;
  const person = await post('/people', {
    name: 'Ada Example',
    number,
    site,
    consent: { version: '1', language: 'en' },
  });
  await api('PUT', `/people/${person}/pin`, { pin });
  const shift = await post('/shifts', { name: 'Day', start: '09:00', end: '17:00', site });
  return {
    site,
    person,
    number,
    shift,
    assignment: await post('/assignments', { personId: person, shift, site, from: dateIn(1), to: dateIn(2) }),
    leave: await post('/leaves', { personId: person, from: dateIn(3), to: dateIn(3), kind: 'annual' }),
    correction: await post('/corrections', {
      person,
      change: { action: 'add', at: `${dateIn(-1)}T12:00:00.000Z`, direction: 'in' },
      reason: 'forgot',
    }),
  };
};

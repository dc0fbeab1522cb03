import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type ApiClient, makeApiClient } from '../api-client.ts';
import { signInAtDashboard } from '../dashboard-sign-in.ts';
import { type DoorSite, demoDoorName, demoSerial, prepareDemoDoor } from './demo-door.ts';
import { seedDemoPast } from './demo-past.ts';
import { demoPins, enrolDemoPeople } from './demo-people.ts';
import { createDemoUsers, demoUsers, linkToSite } from './demo-users.ts';

export type DemoCloud = {
  readonly dashboardUrl: string;
  readonly apiUrl: string;
  readonly awsUrl: string;
  readonly region: string;
  readonly iot: DoorSite['iot'];
  readonly outputs: Readonly<Record<string, string>>;
};

export type DemoInstallation = {
  /** `sub` of each demo user. */
  readonly subs: ReadonlyMap<string, string>;
  /** Signs a demo user in through the hosted page and returns the API as that user. */
  as(username: string): Promise<ApiClient>;
};

export const demoSite = 'main';
/** The demo's scene: people alone and in twos, an empty corridor in between; the seed makes it the same each time. */
const camera = { kind: 'replay', seed: 7, realtime: true };

/** Creates the demo users and links those who look after the site to it. Safe to repeat. */
export async function openInstallation(cloud: DemoCloud): Promise<DemoInstallation> {
  const subs = await createDemoUsers(cloud, required(cloud.outputs, 'UserPoolId'));
  const as = async (username: string): Promise<ApiClient> => {
    const user = demoUsers.find((candidate) => candidate.username === username);
    if (user === undefined) throw new Error(`no demo user ${username}`);
    return makeApiClient(cloud.apiUrl, await signInAtDashboard(cloud.dashboardUrl, user));
  };
  const hr = await as('hr');
  for (const username of ['hr', 'manager', 'facilities', 'kiosk']) {
    await linkToSite(hr, subs.get(username) ?? '', demoSite);
  }
  return { subs, as };
}

/**
 * Fills an empty installation through the calls that an operator would use: users, links, people with consent, a photo and
 * working hours each, one allowed door; and some weeks of attendance. Safe to repeat. Returns the door's configuration file.
 */
export async function seedDemo(
  cloud: DemoCloud,
  stateDir: string,
  report: (step: string) => void,
): Promise<string> {
  report('creating the demo users');
  const { subs, as } = await openInstallation(cloud);
  const hr = await as('hr');
  report('loading the face models');
  const finishedFile = path.join(stateDir, 'demo-finished');
  const people = await enrolDemoPeople(hr, demoSite, existsSync(finishedFile), report);
  const place = {
    iot: cloud.iot,
    provisioningTemplate: required(cloud.outputs, 'ProvisioningTemplateName'),
    site: demoSite,
  };
  if (!existsSync(finishedFile)) {
    const [staffPerson, managerPerson] = people.values();
    for (const [username, person] of [
      ['staff', staffPerson],
      ['manager', managerPerson],
    ] as const)
      await hr('PUT', `/users/${subs.get(username)}`, { personId: person?.id ?? null, sites: [demoSite] });
    report('giving the demo people some weeks of attendance');
    for (const { person, pin } of demoPins)
      await hr('PUT', `/people/${[...people.values()][person]?.id}/pin`, { pin });
    await seedDemoPast({
      cloud,
      tableName: required(cloud.outputs, 'TableName'),
      site: demoSite,
      people: [...people.values()],
      door: { thing: `${place.provisioningTemplate}-${demoSerial}`, name: demoDoorName },
      hr,
      staff: await as('staff'),
      nowMs: Date.now(),
    });
  }
  const configFile = await prepareDemoDoor(await as('facilities'), stateDir, place, camera);
  writeFileSync(finishedFile, '');
  return configFile;
}

function required(outputs: Readonly<Record<string, string>>, name: string): string {
  const value = outputs[name];
  if (value === undefined) throw new Error(`the stack has no output ${name}: run npm run synth`);
  return value;
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Me, Problem } from '#contract/api.ts';
import { signInAtDashboard } from '../../../scripts/dashboard-sign-in.ts';
import { demoUsers } from '../../../scripts/start/demo-users.ts';
import { type Installation, startInstallation } from './installation.ts';

let installation: Installation;
beforeAll(async () => {
  installation = await startInstallation();
});
afterAll(() => installation?.stop());

const get = (path: string, token?: string) =>
  fetch(
    `${installation.cloud.apiUrl}${path}`,
    token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
  );

const tokenOf = (username: string) => {
  const user = demoUsers.find((candidate) => candidate.username === username);
  if (user === undefined) throw new Error(`no demo user ${username}`);
  return signInAtDashboard(installation.cloud.dashboardUrl, user);
};

describe('the API', () => {
  it('answers 401 without a token and with a forged one', async () => {
    expect((await get('/me')).status).toBe(401);
    const [header, payload] = (await tokenOf('hr')).split('.');
    expect((await get('/me', `${header}.${payload}.AAAA`)).status).toBe(401);
  });

  it('tells every signed-in user who they are', async () => {
    expect(Me.parse(await (await get('/me', await tokenOf('manager'))).json())).toMatchObject({
      username: 'manager',
      groups: ['manager'],
      sites: ['main'],
      person: null,
    });
  });

  it.each([
    { username: 'manager', path: '/people' },
    { username: 'facilities', path: '/sightings' },
    { username: 'staff', path: '/sightings' },
    { username: 'kiosk', path: '/attendance/now?site=main' },
    { username: 'admin', path: '/attendance/punches' },
  ])('answers $username 403 with a problem document on $path', async ({ username, path }) => {
    const answer = await get(path, await tokenOf(username));
    expect(answer.status).toBe(403);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(Problem.parse(await answer.json())).toMatchObject({ status: 403 });
  });

  it('answers 403 for a site that the caller is not linked to', async () => {
    expect((await get('/attendance/now?site=elsewhere', await tokenOf('manager'))).status).toBe(403);
  });

  it('answers 404 for a route that is not in the table', async () => {
    expect((await get('/nothing', await tokenOf('hr'))).status).toBe(404);
  });

  it('refuses a password that is not the user’s', async () => {
    const wrong = signInAtDashboard(installation.cloud.dashboardUrl, {
      username: 'hr',
      password: 'Rollcall-demo-2',
    });
    await expect(wrong).rejects.toThrow(/refused/);
  });
});

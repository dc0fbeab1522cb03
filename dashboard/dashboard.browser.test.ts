import { describe, expect, it } from 'vitest';
import { Me } from '#contract/api.ts';
import { golden } from '#contract/golden.ts';
import { overflowPx } from './browser-for-tests.ts';
import { punchAt, sightingAt } from './src/arrivals/examples-for-tests.ts';
import { stubPages } from './stub-pages-for-tests.ts';

const here = stubPages();

const signIn = async (at = '/') => {
  await here.page.goto(here.stub.origin + at);
  await here.page.getByRole('button', { name: 'Sign in' }).click();
};
const rows = () => here.page.getByRole('table', { name: 'Comings and goings' }).getByRole('row');
const apiCalls = () => here.stub.seen.filter(({ path: asked }) => asked.startsWith('/api/')).length;

describe('the dashboard in a browser', () => {
  it('signs in with code and PKCE, comes back to the page asked for, and breaks no rule of its policy', async () => {
    await signIn('/?site=main');
    await rows().first().waitFor();
    const authorize = new URLSearchParams(
      here.stub.seen.find((s) => s.path.startsWith('/oauth2/authorize'))?.path,
    );
    expect(authorize.get('code_challenge_method')).toBe('S256');
    const exchange = here.stub.seen.find((s) => s.path === '/oauth2/token')?.body;
    expect(exchange?.get('grant_type')).toBe('authorization_code');
    expect(exchange?.get('code_verifier')?.length).toBeGreaterThanOrEqual(43);
    expect(here.page.url()).toBe(`${here.stub.origin}/?site=main`);
    expect(here.complaints).toEqual([]);
  });

  it('keeps no token where another page or a later visit could find it', async () => {
    await signIn();
    await rows().first().waitFor();
    const kept = await here.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    expect(kept).not.toMatch(/token|refresh|[0-9a-f]{8}-[0-9a-f]{4}-/);
  });

  it('shows who came, where and how surely, and strangers without a name', async () => {
    await signIn();
    const punch = rows().filter({ hasText: 'Ada Example' }).first();
    await punch.waitFor();
    expect(await punch.textContent()).toMatch(/^08:58.*Ada Example.*Front door · 99\.9 %.*In/);
    const stranger = rows().filter({ hasText: 'Unknown person' });
    expect(await stranger.textContent()).toMatch(/^08:58.*Unknown person.*Front door.*Unknown/);
    expect(await here.page.locator('main img').count()).toBe(0);
  });

  it('shows an arrival by itself and says it to screen readers', async () => {
    await signIn();
    await rows().first().waitFor();
    here.data.punches = [punchAt(40, { person: { id: 'p-2', name: 'Grace Sample' } }), ...here.data.punches];
    await rows().filter({ hasText: 'Grace Sample' }).waitFor();
    await expect
      .poll(() => here.page.getByRole('status').textContent())
      .toContain('Grace Sample: in at 08:58');
  });

  it('says when the API is away, keeps what it shows, and recovers on request', async () => {
    await signIn();
    await rows().first().waitFor();
    here.data.api = 'down';
    await here.page.getByRole('alert').waitFor();
    expect(await here.page.getByRole('alert').textContent()).toContain('cannot be reached');
    expect(await rows().filter({ hasText: 'Ada Example' }).count()).toBe(2);
    here.data.api = 'up';
    await here.page.getByRole('button', { name: 'Try now' }).click();
    await here.page.getByRole('alert').waitFor({ state: 'detached' });
  });

  it('shows no empty frames, only the reason, when it may show nothing', async () => {
    here.data.refuseLists = true;
    await signIn();
    await here.page.getByRole('alert').filter({ hasText: 'None of your groups may do this' }).waitFor();
    expect(await here.page.locator('.panel, .summary').count()).toBe(0);
  });

  it('names a rejected delivery as one, with the reason', async () => {
    here.data.sightings = [sightingAt(15, { outcome: 'error', reason: 'picture_too_large' })];
    await signIn();
    const row = rows().filter({ hasText: 'Rejected delivery' });
    await row.waitFor();
    expect(await row.textContent()).toContain('picture too large');
  });

  it('loads older entries when asked', async () => {
    here.data.pageSize = 2;
    here.data.punches = [50, 40, 30, 20].map((second) => punchAt(second));
    here.data.sightings = [];
    await signIn();
    await rows().first().waitFor();
    const button = here.page.getByRole('button', { name: 'Load more' });
    await button.click();
    await expect.poll(() => rows().filter({ hasText: 'Ada Example' }).count(), { timeout: 10_000 }).toBe(4);
    await button.waitFor({ state: 'detached' });
  });

  it('shows staff their own punches and asks for nobody else’s', async () => {
    here.data.me = { ...here.data.me, groups: ['staff'], person: { id: 'p-7f3a', name: 'Ada Example' } };
    await signIn();
    await here.page.getByRole('heading', { name: 'Your punches' }).waitFor();
    await here.page.getByText('Front door').first().waitFor();
    const asked = here.stub.seen.map((s) => s.path).filter((asked) => asked.startsWith('/api/'));
    expect(asked.some((asked) => /sightings|now|site=/.test(asked))).toBe(false);
  });

  it('tells a new user that HR must let them in, and notices when they have', async () => {
    here.data.me = { ...here.data.me, groups: [], sites: [] };
    await signIn();
    await here.page.getByRole('heading', { name: 'No access yet' }).waitFor();
    expect(await here.page.getByText(here.data.me.sub).isVisible()).toBe(true);
    here.data.me = Me.parse(golden('me'));
    await here.page.getByRole('button', { name: 'Check again' }).click();
    await rows().first().waitFor();
    expect(
      here.stub.seen.filter((s) => s.path === '/oauth2/token').map((s) => s.body.get('grant_type')),
    ).toEqual(['authorization_code', 'refresh_token']);
  });

  it('renews a token that is about to run out', async () => {
    here.data.tokenSeconds = 30;
    await signIn();
    await rows().first().waitFor();
    expect(here.stub.seen.some((s) => s.body.get('grant_type') === 'refresh_token')).toBe(true);
  });

  it('is signed in again after a reload without a word, through the sign-in page', async () => {
    await signIn();
    await rows().first().waitFor();
    await here.page.reload();
    await rows().first().waitFor();
    expect(here.stub.seen.filter((s) => s.path.startsWith('/oauth2/authorize'))).toHaveLength(2);
  });

  it('revokes the refresh token and leaves by the hosted sign-out', async () => {
    await signIn();
    await here.page.getByRole('button', { name: 'Sign out' }).click();
    await here.page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(here.stub.seen.find((s) => s.path === '/oauth2/revoke')?.body.get('token')).toBe('refresh');
    const logout = new URLSearchParams(
      here.stub.seen.find((s) => s.path.startsWith('/logout'))?.path.split('?')[1],
    );
    expect(logout.get('logout_uri')).toBe(`${here.stub.origin}/`);
    const before = apiCalls();
    await here.page.reload();
    await here.page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(apiCalls()).toBe(before);
  });

  it('fits the narrowest screens and works from the keyboard', async () => {
    await here.page.setViewportSize({ width: 320, height: 700 });
    await signIn();
    await rows().first().waitFor();
    expect(await overflowPx(here.page)).toBe(0);
    await here.page.keyboard.press('Tab');
    expect(await here.page.evaluate(() => document.activeElement?.textContent)).toContain(
      'Skip to the content',
    );
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Me, PersonPage } from '#contract/api.ts';
import { filmOfNobody, filmOfPerson } from '../scripts/fake-camera.ts';
import { type RunningProduct, runProduct } from '../scripts/running-product.ts';
import { complaintsOf, launchBrowser, widths } from './browser-for-tests.ts';

let product: RunningProduct;
let films: string;
let name: string;
/** The sample photograph that the signed-in person was enrolled with, and somebody else’s. */
let ownFace: string;
let otherFace: string;
const open: (Browser | BrowserContext)[] = [];

beforeAll(async () => {
  films = await mkdtemp(path.join(tmpdir(), 'rollcall-films-'));
  product = await runProduct(['--no-door']);
  const me = Me.parse(await (await product.as('staff'))('GET', '/me'));
  const people = PersonPage.parse(await (await product.as('hr'))('GET', '/people')).items;
  const sampleOf = (id: string | undefined) =>
    people.find((person) => person.id === id)?.number.replace('demo-', '') ?? '';
  name = me.person?.name ?? '';
  ownFace = sampleOf(me.person?.id);
  otherFace = sampleOf(people.find(({ id }) => id !== me.person?.id)?.id);
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});
afterAll(async () => {
  await product?.stop();
  await rm(films, { recursive: true, force: true });
});

const [username, password] = ['staff', 'Rollcall-demo-1'];

/** A browser whose camera shows a film. */
const browserWith = async (film: string): Promise<Browser> => {
  const browser = await launchBrowser(
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${film}`,
  );
  open.push(browser);
  return browser;
};

type Visit = {
  readonly user?: string;
  readonly size?: { readonly width: number; readonly height: number };
  readonly camera?: 'allowed' | 'denied';
};

/** Signs in through the hosted page and arrives where it was going. */
const signedIn = async (
  browser: Browser,
  to: string,
  { user = username, size = widths.phone, camera = 'allowed' }: Visit = {},
): Promise<{ readonly page: Page; readonly complaints: readonly string[] }> => {
  const context = await browser.newContext({ viewport: size });
  open.push(context);
  if (camera === 'allowed')
    await context.grantPermissions(['camera'], { origin: new URL(product.endpoints.dashboard).origin });
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  await page.goto(new URL(to, product.endpoints.dashboard).href);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('input[name=username]').fill(user);
  await page.locator('input[name=password]').fill(password);
  await page.locator('input[name=password]').press('Enter');
  await page.getByRole('heading', { level: 1, name: /Check in|Days/ }).waitFor();
  return { page, complaints };
};

/** Waits for the answer in large words. */
const said = (page: Page, words: string) => page.locator('.answer .big', { hasText: words }).waitFor();

describe('marking attendance from a browser, with Chromium’s fake camera', () => {
  it('counts the person whose face it is, and the row is in the table of days', async () => {
    const browser = await browserWith(await filmOfPerson(ownFace, films));
    const { page, complaints } = await signedIn(browser, '/check-in');
    await page.getByRole('button', { name: 'Check in', exact: true }).click();
    const answer = page.locator('.answer');
    await answer.waitFor();
    const words = await answer.locator('.big').textContent();
    expect(words).toMatch(new RegExp(`^${name}, in at \\d\\d:\\d\\d$`));
    const time = words?.slice(-5) ?? '';

    // At once again, on a desk: kept, but not counted twice.
    const another = await browserWith(await filmOfPerson(ownFace, films, '#9fb0a4'));
    const desk = await signedIn(another, '/check-in', { size: widths.desk });
    await desk.page.getByRole('button', { name: 'Check in', exact: true }).click();
    await said(desk.page, `Already counted: in at ${time}`);

    for (const size of Object.values(widths)) {
      const hr = await signedIn(browser, '/days', { user: 'hr', size });
      await hr.page.getByRole('button', { name }).click();
      await hr.page.locator('.punches').getByText(time).first().waitFor();
      expect(hr.complaints).toEqual([]);
    }
    expect([...complaints, ...desk.complaints]).toEqual([]);
  });

  it('counts nobody when the face is somebody else’s, and does not say whose', async () => {
    const browser = await browserWith(await filmOfPerson(otherFace, films));
    for (const size of Object.values(widths)) {
      const { page } = await signedIn(browser, '/check-in', { size });
      await page.getByRole('button', { name: 'Check in', exact: true }).click();
      await said(page, 'This does not look like you');
      expect(await page.locator('.answer').textContent()).toContain('PIN');
    }
  });

  it('says that there is no face', async () => {
    const browser = await browserWith(await filmOfNobody(films));
    for (const size of Object.values(widths)) {
      const { page } = await signedIn(browser, '/check-in', { size });
      await page.getByRole('button', { name: 'Check in', exact: true }).click();
      await said(page, 'No face in the picture');
    }
  });

  it('says what to do when the camera is not allowed, or there is none', async () => {
    const browser = await browserWith(await filmOfNobody(films));
    for (const size of Object.values(widths)) {
      const { page } = await signedIn(browser, '/check-in', { size, camera: 'denied' });
      await page.getByRole('button', { name: 'Turn on the camera' }).click();
      await page.getByRole('alert').filter({ hasText: 'The camera is not allowed' }).waitFor();
      expect(await page.getByRole('button', { name: 'Check in', exact: true }).isDisabled()).toBe(true);
    }
    const none = await launchBrowser('--use-fake-device-for-media-stream=device-count=0');
    open.push(none);
    const { page } = await signedIn(none, '/check-in');
    await page.getByText('No camera found').waitFor();
  });
});

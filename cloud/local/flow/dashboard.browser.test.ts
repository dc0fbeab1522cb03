import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { usablePeople } from '../../../device/camera/replay/sample-people.ts';
import { demoUsers } from '../../../scripts/start/demo-users.ts';
import { enrol, type Installation, startInstallation } from './installation.ts';
import { allowDoor, connectDoor, provisionDoor, sightingOf, type TestDoor } from './test-door.ts';

const [known, stranger] = usablePeople().map((person) => person.id) as [string, string];

let installation: Installation;
let door: TestDoor;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  installation = await startInstallation();
  await enrol(installation.hr, known, 'Ada Example');
  const code = await allowDoor(await installation.as('facilities'), 'browser-1');
  door = await connectDoor(installation, await provisionDoor(installation, 'browser-1', code));
  browser = await chromium.launch({
    executablePath: inject('chromiumPath'),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
});
afterAll(async () => {
  await browser?.close();
  await door?.stop();
  await installation?.stop();
});

beforeEach(async () => {
  page = await (await browser.newContext({ viewport: { width: 390, height: 844 } })).newPage();
});
afterEach(() => page.context().close());

/** Signs in by hand: the dashboard's button, then the hosted page's form. */
const signIn = async (username: string, password?: string) => {
  await page.goto(installation.cloud.dashboardUrl);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel(/user name|username|e-mail/i).fill(username);
  await page.getByLabel('Password', { exact: true }).fill(password ?? demoUsers[0]?.password ?? '');
  await page.getByRole('button', { name: /sign in/i }).click();
};
const table = () => page.getByRole('table', { name: 'Comings and goings' });

describe('the dashboard on the whole system', () => {
  it('signs in through the hosted page and shows an arrival at a door as it happens', async () => {
    await signIn('manager');
    await page
      .getByRole('heading', { name: /in now|arrivals/i })
      .first()
      .waitFor();
    expect(await page.getByText('Ada Example').count()).toBe(0);

    await door.publish(await door.keep(await sightingOf(known)));
    const row = table().getByRole('row', { name: /Ada Example/ });
    await row.waitFor();
    await row.getByText('Door browser-1').first().waitFor();
    await row.getByText('In', { exact: true }).waitFor();
    expect(await row.textContent()).toMatch(/(99|100)(\.\d+)?\s?%/);
  });

  it('shows a stranger as an unknown person, without a picture', async () => {
    await signIn('hr');
    await door.publish(await door.keep(await sightingOf(stranger)));
    await table()
      .getByRole('row', { name: /Unknown person/ })
      .waitFor();
    expect(await page.locator('main').locator('img, picture, video, canvas').count()).toBe(0);
  });

  it('tells a wrong password in words and lets nobody in', async () => {
    await signIn('hr', 'Rollcall-demo-2');
    await page.getByText(/incorrect/i).waitFor();
    expect(page.url()).not.toContain(installation.cloud.dashboardUrl);
  });

  it('signs out: the next visit asks for the password again', async () => {
    await signIn('manager');
    await page.getByRole('button', { name: /sign out/i }).click();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('Password', { exact: true }).waitFor();
  });

  it('tells somebody whose group has nothing here yet, and shows them no table', async () => {
    await signIn('facilities');
    await page.getByText(/HR/).first().waitFor();
    expect(await table().count()).toBe(0);
  });
});

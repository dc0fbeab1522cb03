import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type Group, Me, Now } from '#contract/api.ts';
import { golden } from '#contract/golden.ts';
import { buildPages, complaintsOf, launchBrowser, widths } from './browser-for-tests.ts';
import { punchAt, sightingAt } from './src/arrivals/examples-for-tests.ts';
import { exampleAttendance } from './stub-attendance-for-tests.ts';
import { type StubData, startStubOrigin } from './stub-origin-for-tests.ts';

/** The built pages against a stub origin, anew for each test of the file that calls this; on a phone, with a camera allowed. */
export const stubPages = () => {
  let built: Awaited<ReturnType<typeof buildPages>>;
  let browser: Browser;
  let here: {
    readonly page: Page;
    readonly data: StubData;
    readonly stub: Awaited<ReturnType<typeof startStubOrigin>>;
    readonly complaints: readonly string[];
  };

  beforeAll(async () => {
    built = await buildPages();
    browser = await launchBrowser('--use-fake-device-for-media-stream');
  });
  afterAll(async () => {
    await browser.close();
    await built.remove();
  });
  beforeEach(async () => {
    const data: StubData = {
      attendance: exampleAttendance(),
      me: Me.parse(golden('me')),
      now: Now.parse(golden('now')),
      punches: [punchAt(20), punchAt(10)],
      sightings: [sightingAt(15)],
      api: 'up',
      refuseLists: false,
      tokenSeconds: 900,
      pageSize: 25,
    };
    const stub = await startStubOrigin(built.dist, data);
    const context = await browser.newContext({ viewport: widths.phone });
    await context.grantPermissions(['camera'], { origin: stub.origin });
    const page = await context.newPage();
    here = { page, data, stub, complaints: complaintsOf(page) };
  });
  afterEach(async () => {
    await here.page.context().close();
    await here.stub.close();
  });

  return {
    get page() {
      return here.page;
    },
    get data() {
      return here.data;
    },
    get stub() {
      return here.stub;
    },
    get complaints() {
      return here.complaints;
    },
    /** Opens a path as somebody of these groups; the first time through the sign-in, which remembers later. */
    async openAs(groups: Group[], path: string, person: Me['person'] = ada) {
      const { page, data, stub } = here;
      data.me = { ...data.me, groups, person, sites: ['main'] };
      const isFirst = page.url() === 'about:blank';
      await page.goto(stub.origin + path);
      if (isFirst) await page.getByRole('button', { name: 'Sign in' }).click();
    },
    heading: (name: string) => here.page.getByRole('heading', { level: 1, name }),
    /** What was sent to a path of the API. */
    posts: (path: string) =>
      here.stub.seen.filter((seen) => seen.method === 'POST' && seen.path === `/api/v1${path}`),
  };
};

export const ada = { id: 'p-7f3a', name: 'Ada Example' };

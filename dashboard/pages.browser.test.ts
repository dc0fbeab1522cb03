import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Group, Me, Now } from '#contract/api.ts';
import { golden } from '#contract/golden.ts';
import {
  axeViolations,
  buildPages,
  complaintsOf,
  launchBrowser,
  overflowPx,
  widths,
} from './browser-for-tests.ts';
import { punchAt, sightingAt } from './src/arrivals/examples-for-tests.ts';
import { waitingCorrection } from './src/attendance/day-examples-for-tests.ts';
import { exampleAttendance } from './stub-attendance-for-tests.ts';
import { type StubData, startStubOrigin } from './stub-origin-for-tests.ts';

let built: Awaited<ReturnType<typeof buildPages>>;
let browser: Browser;
let data: StubData;
let stub: Awaited<ReturnType<typeof startStubOrigin>>;
let page: Page;
let complaints: readonly string[];

beforeAll(async () => {
  built = await buildPages();
  browser = await launchBrowser('--use-fake-device-for-media-stream');
});
afterAll(async () => {
  await browser.close();
  await built.remove();
});
beforeEach(async () => {
  data = {
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
  stub = await startStubOrigin(built.dist, data);
  const context = await browser.newContext({ viewport: widths.phone });
  await context.grantPermissions(['camera'], { origin: stub.origin });
  page = await context.newPage();
  complaints = complaintsOf(page);
});
afterEach(async () => {
  await page.context().close();
  await stub.close();
});

const ada = { id: 'p-7f3a', name: 'Ada Example' };
const openAs = async (groups: Group[], path: string, person: Me['person'] = ada) => {
  data.me = { ...data.me, groups, person, sites: ['main'] };
  const isFirst = page.url() === 'about:blank';
  await page.goto(stub.origin + path);
  // Later, the sign-in remembers.
  if (isFirst) await page.getByRole('button', { name: 'Sign in' }).click();
};
const heading = (name: string) => page.getByRole('heading', { level: 1, name });
const posts = (path: string) => stub.seen.filter((seen) => seen.method === 'POST' && seen.path === path);

describe('going from page to page', () => {
  it('comes back from the sign-in to the page and the state that were asked for', async () => {
    await openAs(['hr'], '/days?site=main&from=2026-11-19&status=late');
    await page.getByRole('button', { name: 'Ada Example' }).waitFor();
    expect(page.url()).toBe(`${stub.origin}/days?site=main&from=2026-11-19&status=late`);
    expect(await page.getByRole('button', { name: 'Late' }).getAttribute('aria-pressed')).toBe('true');
  });

  it('changes title, current link and focus, and the back button leads back', async () => {
    await openAs(['staff'], '/my-days');
    await page.getByRole('link', { name: 'Summary' }).click();
    await page.getByText('Days by status').waitFor();
    expect(await page.title()).toBe('Summary · Rollcall');
    expect(await page.locator('[aria-current="page"]').textContent()).toBe('Summary');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    await page.goBack();
    await heading('My days').waitFor();
    expect(complaints).toEqual([]);
  });

  it('says plainly that there is no such page, and that one is not for this person', async () => {
    await openAs(['staff'], '/dayz');
    await heading('There is no such page').waitFor();
    await page.getByRole('link', { name: 'Go to the first page' }).click();
    await heading('Your punches').waitFor();
    await openAs(['staff'], '/days');
    await heading('Nothing to show here').waitFor();
  });
});

const everyPage: readonly {
  readonly name: string;
  readonly path: string;
  readonly groups: Group[];
  readonly until: () => Promise<unknown>;
}[] = [
  {
    name: 'Arrivals',
    path: '/',
    groups: ['hr'],
    until: () => page.getByText('Front door').first().waitFor(),
  },
  {
    name: 'My days, with a corrected day and a form open',
    path: '/my-days',
    groups: ['staff'],
    async until() {
      await page.locator('summary').first().click();
      await page.getByRole('button', { name: 'Ask for a correction' }).first().click();
    },
  },
  {
    name: 'Summary',
    path: '/summary',
    groups: ['manager'],
    until: () => page.getByText('Show it as a table').click(),
  },
  {
    name: 'Days, with one open',
    path: '/days',
    groups: ['hr'],
    until: () => page.getByRole('button', { name: 'Ada Example' }).click(),
  },
  {
    name: 'Corrections',
    path: '/corrections',
    groups: ['manager'],
    until: () => page.getByRole('button', { name: /^Approve the/ }).waitFor(),
  },
  {
    name: 'Check in',
    path: '/check-in',
    groups: ['staff'],
    until: () => page.getByText('your number and PIN').click(),
  },
  {
    name: 'Kiosk',
    path: '/kiosk',
    groups: ['kiosk'],
    until: () => page.getByLabel('Your number').fill('1042'),
  },
  { name: 'no such page', path: '/nowhere', groups: ['staff'], until: () => page.locator('h1').waitFor() },
];

describe('every page, on a phone and on a desk, light and dark', () => {
  it.each(everyPage)('$name: axe finds nothing, nothing is cut off', async ({ path, groups, until }) => {
    await openAs(groups, path);
    await until();
    for (const size of Object.values(widths)) {
      await page.setViewportSize(size);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await axeViolations(page), `${size.width} px, ${colorScheme}`).toEqual([]);
      }
      expect(await overflowPx(page)).toBe(0);
    }
    await page.setViewportSize({ width: 320, height: 700 });
    expect(await overflowPx(page)).toBe(0);
    expect(complaints).toEqual([]);
  });
});

describe('my days', () => {
  it('say why in sentences, and show what a correction made of what was recorded', async () => {
    await openAs(['staff'], '/my-days');
    await page.locator('summary', { hasText: 'Fri 20' }).first().click();
    const day = page.locator('details[open]');
    await day.getByText('Nobody checked out after the check-in at 08:55').waitFor();
    expect(await day.getByText('Added by a correction.').isVisible()).toBe(true);
    expect(await day.getByRole('heading', { name: /^As (corrected|recorded)/ }).allTextContents()).toEqual([
      'As correctedPresent',
      'As recordedNo check-out',
    ]);
  });

  it('ask for a correction at the clock of the site, under one key however often it is sent', async () => {
    await openAs(['staff'], '/my-days');
    await page.locator('summary', { hasText: 'Thu 19' }).click();
    const day = page.locator('details[open]');
    await day.getByRole('button', { name: 'Ask for a correction' }).click();
    await day.getByLabel('Time', { exact: true }).fill('12:30');
    await day.getByRole('button', { name: 'Ask for it' }).click();
    await day.getByRole('alert').filter({ hasText: 'Say why' }).waitFor();
    await day.getByLabel('Why?').fill('The door was out of order.');

    data.api = 'down';
    await day.getByRole('button', { name: 'Ask for it' }).click();
    await day.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor();
    data.api = 'up';
    await day.getByRole('button', { name: 'Ask for it' }).click();
    await day.getByText('Asked for.').waitFor();

    const sent = posts('/api/v1/corrections');
    expect(JSON.parse(sent.at(-1)?.bytes.toString() ?? '')).toEqual({
      change: { action: 'add', at: '2026-11-19T11:30:00.000Z', direction: 'out' },
      reason: 'The door was out of order.',
    });
    expect(sent.length).toBeGreaterThanOrEqual(2);
    expect(new Set(sent.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });

  it('load more when asked, and say so when there are none', async () => {
    data.pageSize = 2;
    await openAs(['staff'], '/my-days');
    const days = page.locator('.day-row');
    await page.getByRole('button', { name: 'Load more' }).click();
    await expect.poll(() => days.count()).toBe(4);
    data.attendance.days = [];
    await page.reload();
    await page.getByText('There are no days yet.').waitFor();
  });

  it('say when they cannot be loaded, and load when tried again', async () => {
    data.refuseLists = true;
    await openAs(['staff'], '/my-days');
    await page.getByRole('alert').waitFor();
    data.refuseLists = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.day-row').first().waitFor();
  });
});

describe('the table of days', () => {
  it('filters by status with the numbers of the overview, and finds people by their name', async () => {
    await openAs(['hr'], '/days');
    await page.getByRole('button', { name: 'Present 2' }).click();
    await expect.poll(() => stub.seen.some(({ path }) => path.includes('status=present'))).toBe(true);
    await page.getByPlaceholder('Find a person').fill('grace');
    await page.getByText('1 of the 2 rows loaded so far').waitFor();
    expect(await page.locator('.opener').allTextContents()).toEqual(['Grace Sample']);
  });

  it('walks from day to day', async () => {
    await openAs(['manager'], '/days');
    await page.getByRole('button', { name: 'Day before' }).click();
    await page.getByRole('rowheader', { name: 'Ada Example' }).waitFor();
    expect(page.url()).toContain('from=2026-11-19');
    expect(await page.getByText('17 min late').isVisible()).toBe(true);
  });

  it('saves all parts of the export as one file, only for HR', async () => {
    await openAs(['hr'], '/days?from=2026-11-01&to=2026-11-30');
    await page.getByLabel('For Excel').check();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download CSV' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe('rollcall-main-2026-11-01-to-2026-11-30.csv');
    expect(await readFile(await file.path(), 'utf8')).toBe(data.attendance.csv.join(''));
    expect(stub.seen.find(({ path }) => path.includes('export.csv'))?.path).toContain('bom=1');
    expect(complaints).toEqual([]);

    await openAs(['manager'], '/days');
    await page.getByRole('rowheader', { name: 'Ada Example' }).waitFor();
    expect(await page.getByRole('button', { name: 'Download CSV' }).count()).toBe(0);
  });
});

describe('the summary', () => {
  it('compares in words, has a table beside the chart, and changes between week and month', async () => {
    await openAs(['staff'], '/summary');
    await page.getByText('7 h 38 min less than the week before').waitFor();
    await page.getByText('Show it as a table').click();
    const row = page.getByRole('row', { name: /Wednesday 18 November/ });
    expect(await row.textContent()).toBe('Wednesday 18 NovemberAbsent0 min8 h');
    await page.getByRole('button', { name: 'Month', exact: true }).click();
    await expect.poll(() => stub.seen.some(({ path }) => path.includes('period=month'))).toBe(true);
    await page.getByRole('button', { name: 'Month before' }).click();
    await expect.poll(() => stub.seen.some(({ path }) => path.includes('date=2026-11-15'))).toBe(true);
  });
});

describe('corrections', () => {
  it('are decided with a note, by one press', async () => {
    await openAs(['manager'], '/corrections');
    await page.getByText('Out at 17:05 on Friday 20 November').waitFor();
    await page.getByLabel('Note').fill('Seen on the camera.');
    await page.getByRole('button', { name: 'Approve the correction of Grace Sample' }).click();
    await page.getByText('Nothing is waiting.').waitFor();
    expect(JSON.parse(posts('/api/v1/corrections/p-2.c2/decision')[0]?.bytes.toString() ?? '')).toEqual({
      decision: 'approved',
      note: 'Seen on the camera.',
    });
  });

  it('of one’s own day have no buttons, but the reason why', async () => {
    data.attendance.corrections = [waitingCorrection({ person: ada })];
    await openAs(['manager'], '/corrections');
    await page.getByText('about your own day, so somebody else must decide').waitFor();
    expect(await page.getByRole('button', { name: /^(Approve|Refuse) the/ }).count()).toBe(0);
  });
});

describe('the kiosk', () => {
  it('counts somebody from the keyboard alone, and leaves nothing of them for the next', async () => {
    await openAs(['kiosk'], '/kiosk', null);
    await page.getByLabel('Your number').focus();
    await page.keyboard.type('1042');
    await page.keyboard.press('Tab');
    await page.keyboard.type('4711');
    expect(await page.getByLabel('Your PIN').getAttribute('type')).toBe('password');
    await page.keyboard.press('Enter');
    const result = page.getByRole('status').filter({ hasText: 'Ada Example' });
    await result.waitFor();
    expect(await result.textContent()).toContain('In at 08:58');
    expect(JSON.parse(posts('/api/v1/punches/pin')[0]?.bytes.toString() ?? '')).toEqual({
      number: '1042',
      pin: '4711',
    });
    await result.waitFor({ state: 'detached' });
    expect(await page.getByLabel('Your number').inputValue()).toBe('');
    expect(await page.textContent('main')).not.toContain('Ada');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
  });

  it('is used with the keys on the screen', async () => {
    await openAs(['kiosk'], '/kiosk', null);
    const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
    for (const key of ['7', '8', 'Delete the last', 'Next', '1', '2', '3', '4', 'Out', 'Done'])
      await press(key);
    await page.getByText('Ada Example').waitFor();
    expect(JSON.parse(posts('/api/v1/punches/pin')[0]?.bytes.toString() ?? '')).toEqual({
      number: '7',
      pin: '1234',
      direction: 'out',
    });
  });

  it.each([
    [
      { status: 422, detail: 'This number and this PIN do not belong together here.' },
      /do not belong together/,
    ],
    [
      { status: 429, detail: 'There were too many attempts at this kiosk.', retryAfterSeconds: 42 },
      /too many attempts.*Try again in 42 s/,
    ],
  ])('says why it did not count, and forgets the PIN', async (refusal, words) => {
    data.attendance.pin = refusal;
    await openAs(['kiosk'], '/kiosk', null);
    await page.getByLabel('Your number').fill('1042');
    await page.getByLabel('Your PIN').fill('0000');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toMatch(words);
    expect(await page.getByLabel('Your PIN').inputValue()).toBe('');
  });
});

describe('checking in', () => {
  it('sends what the camera sees as a small JPEG, and says what became of it', async () => {
    data.attendance.checkIn = { outcome: 'matched', detail: '', punch: punchAt(12) };
    await openAs(['staff'], '/check-in');
    await page.getByRole('button', { name: 'Check in', exact: true }).click();
    await page.getByText('Ada Example, in at 08:58').waitFor();
    const [sent] = posts('/api/v1/check-in?direction=in');
    expect(sent?.headers['content-type']).toBe('image/jpeg');
    expect(sent?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
    expect(sent?.bytes.subarray(0, 2).toString('hex')).toBe('ffd8');
    expect(sent?.bytes.length).toBeLessThan(1_000_000);
    expect(complaints).toEqual([]);
  });

  it('lets the camera go when the page is left', async () => {
    await openAs(['staff'], '/check-in');
    const video = page.locator('video');
    await video.waitFor();
    const stream = await video.evaluateHandle(
      (element: HTMLVideoElement) => element.srcObject as MediaStream,
    );
    const states = () => stream.evaluate((held) => held.getTracks().map(({ readyState }) => readyState));
    expect(await states()).toEqual(['live']);
    await page.getByRole('link', { name: 'My days' }).click();
    await heading('My days').waitFor();
    expect(await states()).toEqual(['ended']);
  });

  it('takes a picture from the device instead, made smaller and without where and when', async () => {
    await page.context().clearPermissions();
    await openAs(['staff'], '/check-in');
    const large = await page.evaluate(async () => {
      const canvas = new OffscreenCanvas(3000, 2000);
      canvas.getContext('2d')?.fillRect(0, 0, 1500, 2000);
      const blob = await canvas.convertToBlob({ type: 'image/png' });
      return [...new Uint8Array(await blob.arrayBuffer())];
    });
    await page
      .getByLabel('Or choose a picture')
      .setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: Buffer.from(large) });
    await page.getByText('No face in the picture').waitFor();
    const jpeg = posts('/api/v1/check-in')[0]?.bytes ?? Buffer.alloc(0);
    expect(jpeg.includes('Exif')).toBe(false);
    const size = jpeg.indexOf(Buffer.from('ffc0', 'hex')) + 5;
    expect([jpeg.readUInt16BE(size + 2), jpeg.readUInt16BE(size)]).toEqual([1280, 853]);
  });

  it('does not send a file that is no picture', async () => {
    await openAs(['staff'], '/check-in');
    await page
      .getByLabel('Or choose a picture')
      .setInputFiles({ name: 'me.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') });
    await page.getByText('cannot read this file as a picture').waitFor();
    expect(posts('/api/v1/check-in')).toEqual([]);
  });

  it('sets the PIN of the way without a face', async () => {
    await openAs(['staff'], '/check-in');
    await page.getByText('your number and PIN').click();
    await page.getByLabel('New PIN').fill('12');
    await page.getByRole('button', { name: 'Set my PIN' }).click();
    await page.getByRole('alert').filter({ hasText: '4 to 8 digits' }).waitFor();
    await page.getByLabel('New PIN').fill('4711');
    await page.getByRole('button', { name: 'Set my PIN' }).click();
    await page.getByText('Your PIN is set.').waitFor();
    expect(stub.seen.find(({ method }) => method === 'PUT')?.bytes.toString()).toBe('{"pin":"4711"}');
  });
});

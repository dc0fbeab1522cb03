import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Group } from '#contract/api.ts';
import { axeViolations, overflowPx, widths } from './browser-for-tests.ts';
import { waitingCorrection } from './src/attendance/day-examples-for-tests.ts';
import { ada, stubPages } from './stub-pages-for-tests.ts';

const here = stubPages();

describe('going from page to page', () => {
  it('comes back from the sign-in to the page and the state that were asked for', async () => {
    await here.openAs(['hr'], '/days?site=main&from=2026-11-19&status=late');
    await here.page.getByRole('button', { name: 'Ada Example' }).waitFor();
    expect(here.page.url()).toBe(`${here.stub.origin}/days?site=main&from=2026-11-19&status=late`);
    expect(await here.page.getByRole('button', { name: 'Late' }).getAttribute('aria-pressed')).toBe('true');
  });

  it('changes title, current link and focus, and the back button leads back', async () => {
    await here.openAs(['staff'], '/my-days');
    await here.page.getByRole('link', { name: 'Summary' }).click();
    await here.page.getByText('Days by status').waitFor();
    expect(await here.page.title()).toBe('Summary · Rollcall');
    expect(await here.page.locator('[aria-current="page"]').textContent()).toBe('Summary');
    expect(await here.page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    await here.page.goBack();
    await here.heading('My days').waitFor();
    expect(here.complaints).toEqual([]);
  });

  it('says plainly that there is no such page, and that one is not for this person', async () => {
    await here.openAs(['staff'], '/dayz');
    await here.heading('There is no such page').waitFor();
    await here.page.getByRole('link', { name: 'Go to the first page' }).click();
    await here.heading('Your punches').waitFor();
    await here.openAs(['staff'], '/days');
    await here.heading('Nothing to show here').waitFor();
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
    until: () => here.page.getByText('Front door').first().waitFor(),
  },
  {
    name: 'My days, with a corrected day and a form open',
    path: '/my-days',
    groups: ['staff'],
    async until() {
      await here.page.locator('summary').first().click();
      await here.page.getByRole('button', { name: 'Ask for a correction' }).first().click();
    },
  },
  {
    name: 'Summary',
    path: '/summary',
    groups: ['manager'],
    until: () => here.page.getByText('Show it as a table').click(),
  },
  {
    name: 'Days, with one open',
    path: '/days',
    groups: ['hr'],
    until: () => here.page.getByRole('button', { name: 'Ada Example' }).click(),
  },
  {
    name: 'Corrections',
    path: '/corrections',
    groups: ['manager'],
    until: () => here.page.getByRole('button', { name: /^Approve the/ }).waitFor(),
  },
  {
    name: 'Check in',
    path: '/check-in',
    groups: ['staff'],
    until: () => here.page.getByText('your number and PIN').click(),
  },
  {
    name: 'Kiosk',
    path: '/kiosk',
    groups: ['kiosk'],
    until: () => here.page.getByLabel('Your number').fill('1042'),
  },
  {
    name: 'no such page',
    path: '/nowhere',
    groups: ['staff'],
    until: () => here.page.locator('h1').waitFor(),
  },
];

describe('every page, on a phone and on a desk, light and dark', () => {
  it.each(everyPage)('$name: axe finds nothing, nothing is cut off', async ({ path, groups, until }) => {
    await here.openAs(groups, path);
    await until();
    for (const size of Object.values(widths)) {
      await here.page.setViewportSize(size);
      for (const colorScheme of ['light', 'dark'] as const) {
        await here.page.emulateMedia({ colorScheme });
        expect(await axeViolations(here.page), `${size.width} px, ${colorScheme}`).toEqual([]);
      }
      expect(await overflowPx(here.page)).toBe(0);
    }
    await here.page.setViewportSize({ width: 320, height: 700 });
    expect(await overflowPx(here.page)).toBe(0);
    expect(here.complaints).toEqual([]);
  });
});

describe('my days', () => {
  it('say why in sentences, and show what a correction made of what was recorded', async () => {
    await here.openAs(['staff'], '/my-days');
    await here.page.locator('summary', { hasText: 'Fri 20' }).first().click();
    const day = here.page.locator('details[open]');
    await day.getByText('Nobody checked out after the check-in at 08:55').waitFor();
    expect(await day.getByText('Added by a correction.').isVisible()).toBe(true);
    expect(await day.getByRole('heading', { name: /^As (corrected|recorded)/ }).allTextContents()).toEqual([
      'As correctedPresent',
      'As recordedNo check-out',
    ]);
  });

  it('ask for a correction at the clock of the site, under one key however often it is sent', async () => {
    await here.openAs(['staff'], '/my-days');
    await here.page.locator('summary', { hasText: 'Thu 19' }).click();
    const day = here.page.locator('details[open]');
    await day.getByRole('button', { name: 'Ask for a correction' }).click();
    await day.getByLabel('Time', { exact: true }).fill('12:30');
    await day.getByRole('button', { name: 'Ask for it' }).click();
    await day.getByRole('alert').filter({ hasText: 'Say why' }).waitFor();
    await day.getByLabel('Why?').fill('The door was out of order.');

    here.data.api = 'down';
    await day.getByRole('button', { name: 'Ask for it' }).click();
    await day.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor();
    here.data.api = 'up';
    await day.getByRole('button', { name: 'Ask for it' }).click();
    await day.getByText('Asked for.').waitFor();

    const sent = here.posts('/corrections');
    expect(JSON.parse(sent.at(-1)?.bytes.toString() ?? '')).toEqual({
      change: { action: 'add', at: '2026-11-19T11:30:00.000Z', direction: 'out' },
      reason: 'The door was out of order.',
    });
    expect(sent.length).toBeGreaterThanOrEqual(2);
    expect(new Set(sent.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });

  it('load more when asked, and say so when there are none', async () => {
    here.data.pageSize = 2;
    await here.openAs(['staff'], '/my-days');
    const days = here.page.locator('.day-row');
    await here.page.getByRole('button', { name: 'Load more' }).click();
    await expect.poll(() => days.count()).toBe(4);
    here.data.attendance.days = [];
    await here.page.reload();
    await here.page.getByText('There are no days yet.').waitFor();
  });

  it('say when they cannot be loaded, and load when tried again', async () => {
    here.data.refuseLists = true;
    await here.openAs(['staff'], '/my-days');
    await here.page.getByRole('alert').waitFor();
    here.data.refuseLists = false;
    await here.page.getByRole('button', { name: 'Try again' }).click();
    await here.page.locator('.day-row').first().waitFor();
  });
});

describe('the table of days', () => {
  it('filters by status with the numbers of the overview, and finds people by their name', async () => {
    await here.openAs(['hr'], '/days');
    await here.page.getByRole('button', { name: 'Present 2' }).click();
    await expect.poll(() => here.stub.seen.some(({ path }) => path.includes('status=present'))).toBe(true);
    await here.page.getByPlaceholder('Find a person').fill('grace');
    await here.page.getByText('1 of the 2 rows loaded so far').waitFor();
    expect(await here.page.locator('.opener').allTextContents()).toEqual(['Grace Sample']);
  });

  it('walks from day to day', async () => {
    await here.openAs(['manager'], '/days');
    await here.page.getByRole('button', { name: 'Day before' }).click();
    await here.page.getByRole('rowheader', { name: 'Ada Example' }).waitFor();
    expect(here.page.url()).toContain('from=2026-11-19');
    expect(await here.page.getByText('17 min late').isVisible()).toBe(true);
  });

  it('saves all parts of the export as one file, only for HR', async () => {
    await here.openAs(['hr'], '/days?from=2026-11-01&to=2026-11-30');
    await here.page.getByLabel('For Excel').check();
    const download = here.page.waitForEvent('download');
    await here.page.getByRole('button', { name: 'Download CSV' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe('rollcall-main-2026-11-01-to-2026-11-30.csv');
    expect(await readFile(await file.path(), 'utf8')).toBe(here.data.attendance.csv.join(''));
    expect(here.stub.seen.find(({ path }) => path.includes('export.csv'))?.path).toContain('bom=1');
    expect(here.complaints).toEqual([]);

    await here.openAs(['manager'], '/days');
    await here.page.getByRole('rowheader', { name: 'Ada Example' }).waitFor();
    expect(await here.page.getByRole('button', { name: 'Download CSV' }).count()).toBe(0);
  });
});

describe('the summary', () => {
  it('compares in words, has a table beside the chart, and changes between week and month', async () => {
    await here.openAs(['staff'], '/summary');
    await here.page.getByText('7 h 38 min less than the week before').waitFor();
    await here.page.getByText('Show it as a table').click();
    const row = here.page.getByRole('row', { name: /Wednesday 18 November/ });
    expect(await row.textContent()).toBe('Wednesday 18 NovemberAbsent0 min8 h');
    await here.page.getByRole('button', { name: 'Month', exact: true }).click();
    await expect.poll(() => here.stub.seen.some(({ path }) => path.includes('period=month'))).toBe(true);
    await here.page.getByRole('button', { name: 'Month before' }).click();
    await expect.poll(() => here.stub.seen.some(({ path }) => path.includes('date=2026-11-15'))).toBe(true);
  });
});

describe('corrections', () => {
  it('are decided with a note, by one press', async () => {
    await here.openAs(['manager'], '/corrections');
    await here.page.getByText('Out at 17:05 on Friday 20 November').waitFor();
    await here.page.getByLabel('Note').fill('Seen on the camera.');
    await here.page.getByRole('button', { name: 'Approve the correction of Grace Sample' }).click();
    await here.page.getByText('Nothing is waiting.').waitFor();
    expect(JSON.parse(here.posts('/corrections/p-2.c2/decision')[0]?.bytes.toString() ?? '')).toEqual({
      decision: 'approved',
      note: 'Seen on the camera.',
    });
  });

  it('of one’s own day have no buttons, but the reason why', async () => {
    here.data.attendance.corrections = [waitingCorrection({ person: ada })];
    await here.openAs(['manager'], '/corrections');
    await here.page.getByText('about your own day, so somebody else must decide').waitFor();
    expect(await here.page.getByRole('button', { name: /^(Approve|Refuse) the/ }).count()).toBe(0);
  });
});

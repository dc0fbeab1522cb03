import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { noMinutes, waitingCorrection } from './src/attendance/day-examples-for-tests.ts';
import { ada, stubPages } from './stub-pages-for-tests.ts';

const here = stubPages();

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

  it('keep what was being written when the sign-in ends, and show it again after the next', async () => {
    await here.openAs(['staff'], '/my-days');
    await here.page.locator('summary', { hasText: 'Thu 19' }).click();
    await here.page.locator('details[open]').getByRole('button', { name: 'Ask for a correction' }).click();
    const day = here.page.locator('details[open]');
    await day.getByLabel('Time', { exact: true }).fill('12:30');
    await day.getByLabel('Why?').fill('The door was out of order.');
    here.stub.endSignIns();
    await day.getByRole('button', { name: 'Ask for it' }).click();
    await here.page.getByText('Your sign-in has ended.').waitFor();
    await here.page.getByRole('button', { name: 'Sign in' }).click();
    await day.getByLabel('Why?').waitFor();
    expect(await day.getByLabel('Why?').inputValue()).toBe('The door was out of order.');
    expect(await day.getByLabel('Time', { exact: true }).inputValue()).toBe('12:30');
    await day.getByRole('button', { name: 'Ask for it' }).click();
    await day.getByText('Asked for.').waitFor();
    expect(await here.page.evaluate(() => sessionStorage.getItem('rollcall.correction'))).toBeNull();
  });

  it('never leave the keyboard without a place: in the form, after cancelling, after asking', async () => {
    await here.openAs(['staff'], '/my-days');
    await here.page.locator('summary', { hasText: 'Thu 19' }).click();
    const day = here.page.locator('details[open]');
    const focused = () => here.page.evaluate(() => document.activeElement?.textContent ?? '');
    await day.getByRole('button', { name: 'Ask for a correction' }).press('Enter');
    await expect.poll(focused).toContain('Add a forgotten punch');
    await day.getByRole('button', { name: 'Cancel' }).press('Enter');
    await expect.poll(focused).toBe('Ask for a correction');
    await here.page.keyboard.press('Enter');
    await day.getByLabel('Time', { exact: true }).fill('12:30');
    await day.getByLabel('Why?').fill('Forgot.');
    await day.getByRole('button', { name: 'Ask for it' }).press('Enter');
    await expect.poll(focused).toContain('Asked for.');
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

describe('the summary of a period that has only begun', () => {
  it('says so instead of comparing nothing, and leads to the one before', async () => {
    const { summary } = here.data.attendance;
    const today = new Date().toISOString().slice(0, 10);
    summary.period = { ...summary.period, from: today, to: '9999-12-31' };
    Object.assign(summary.totals, { days: 0, unsettledDays: 0, minutes: noMinutes });
    await here.openAs(['staff'], '/summary');
    await here.page.getByText('No hours are counted in this week yet.').waitFor();
    expect(await here.page.getByText(/than the week before/).count()).toBe(0);
    await here.page.getByRole('button', { name: 'Show the week before' }).click();
    const before = new Date(Date.parse(today) - 86_400_000).toISOString().slice(0, 10);
    await expect.poll(() => here.stub.seen.some(({ path }) => path.includes(`date=${before}`))).toBe(true);
  });

  it('leaves room in the chart for the days to come', async () => {
    here.data.attendance.summary.days.splice(1);
    await here.openAs(['staff'], '/summary');
    await here.page.getByText('Show it as a table').waitFor();
    expect(await here.page.locator('.days-below span').count()).toBe(7);
    expect(await here.page.locator('.plot rect.worked').count()).toBe(1);
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

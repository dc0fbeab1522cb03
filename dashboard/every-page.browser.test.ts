import { describe, expect, it } from 'vitest';
import type { Group } from '#contract/api.ts';
import { axeViolations } from './axe-violations.ts';
import { overflowPx, widths } from './browser-for-tests.ts';
import { stubPages } from './stub-pages-for-tests.ts';

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

  it('has all pages in one row on a phone, and the current one in sight', async () => {
    await here.openAs(['staff', 'hr'], '/corrections');
    const current = here.page.locator('[aria-current="page"]');
    await current.waitFor();
    const tops = await here.page
      .locator('.pages a')
      .evaluateAll((links) => links.map((link) => link.getBoundingClientRect().top));
    expect(tops).toHaveLength(6);
    expect(new Set(tops).size).toBe(1);
    const box = await current.boundingBox();
    expect((box?.x ?? -1) >= 0 && (box?.x ?? 0) + (box?.width ?? 0) <= widths.phone.width).toBe(true);
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

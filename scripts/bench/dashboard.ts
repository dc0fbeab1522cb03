import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium, type Page } from 'playwright-core';
import { axeViolations } from '../../dashboard/axe-violations.ts';
import { ensureAssembly, root } from '../assembly.ts';
import { ensureChromium } from '../chromium.ts';
import { type RunningProduct, runProduct } from '../running-product.ts';
import { type Measurement, percentile } from './figures.ts';

const distDir = path.join(root, 'dashboard/dist');
const loads = 5;
const phone = { width: 390, height: 844 };
const desk = { width: 1280, height: 900 };
const browserArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];

/**
 * What the dashboard weighs and how it does in a browser. Sizes are gzipped, as CloudFront sends them, in kB of 1,000 bytes: `js_kb`
 * all scripts, `first_load_kb` every file that the first page needs. `axe_violations` counts the rules that axe finds broken on each
 * page of each demo user, on a phone and a desk, light and dark. `lcp_ms` is the largest contentful paint of HR's arrivals after the
 * hosted sign-in, on this machine without a network between: the median of five loads.
 */
export const dashboard: Measurement = {
  figures: ['dashboard.js_kb', 'dashboard.first_load_kb', 'dashboard.axe_violations', 'dashboard.lcp_ms'],
  async measure(report) {
    const say = (words: string) => void process.stderr.write(`${words}\n`);
    await ensureAssembly(say);
    report({ name: 'dashboard.js_kb', value: gzippedKilobytes(/\.js$/), unit: 'kB' });
    report({ name: 'dashboard.first_load_kb', value: gzippedKilobytes(/./), unit: 'kB' });

    const executablePath = ensureChromium(say);
    const product = await runProduct(['--no-door']);
    const browser = await chromium.launch({ executablePath, args: browserArgs });
    try {
      let violations = 0;
      for (const { username } of product.endpoints.users) {
        const page = await signedIn(browser, product, username);
        for (const found of await violationsOfPages(page)) {
          violations += 1;
          say(`${username}: ${found}`);
        }
        await page.context().close();
      }
      report({ name: 'dashboard.axe_violations', value: violations, unit: 'count' });
      const paints: number[] = [];
      for (let load = 0; load < loads; load += 1) {
        const page = await signedIn(browser, product, 'hr');
        paints.push(await largestPaintMs(page));
        await page.context().close();
      }
      report({ name: 'dashboard.lcp_ms', value: Math.round(percentile(paints, 0.5)), unit: 'ms' });
    } finally {
      await browser.close();
      await product.stop();
    }
  },
};

/** The built files whose names match. It is one bundle, so the first page needs all of them. */
function gzippedKilobytes(wanted: RegExp): number {
  const files = readdirSync(distDir, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && wanted.test(entry.name),
  );
  if (files.length === 0) throw new Error(`${distDir} has no such file: npm run build makes it`);
  const bytes = files.map(
    (entry) => gzipSync(readFileSync(path.join(entry.parentPath, entry.name))).byteLength,
  );
  return Math.round(bytes.reduce((sum, each) => sum + each, 0) / 100) / 10;
}

async function signedIn(browser: Browser, product: RunningProduct, username: string): Promise<Page> {
  const user = product.endpoints.users.find((candidate) => candidate.username === username);
  if (user === undefined) throw new Error(`the product has no demo user ${username}`);
  const page = await (await browser.newContext({ viewport: phone })).newPage();
  await page.goto(product.endpoints.dashboard);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('input[name=username]').fill(user.username);
  await page.locator('input[name=password]').fill(user.password);
  await page.locator('input[name=password]').press('Enter');
  await settled(page);
  return page;
}

/** A page with a heading and nothing left that is loading. */
async function settled(page: Page): Promise<void> {
  await page.locator('h1').waitFor();
  await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' });
}

/** What axe finds on the page that is open and on every other that the navigation offers. */
async function violationsOfPages(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  const links = page.locator('nav a');
  const others = (await links.count()) - 1;
  for (let index = 0; index <= Math.max(0, others); index += 1) {
    if (others >= 0) await links.nth(index).click();
    await settled(page);
    for (const size of [phone, desk])
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize(size);
        await page.emulateMedia({ colorScheme });
        const where = `${new URL(page.url()).pathname}, ${size.width} px, ${colorScheme}`;
        found.push(...(await axeViolations(page)).map((violation) => `${where}: ${violation}`));
      }
  }
  return found;
}

/** Milliseconds from the beginning of the navigation (W3C Largest Contentful Paint). */
const largestPaintMs = (page: Page): Promise<number> =>
  page.evaluate(`new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime))
      .observe({ type: 'largest-contentful-paint', buffered: true });
  })`);

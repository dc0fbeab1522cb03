import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    chromiumPath: string;
  }
}

export const widths = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 900 } } as const;

/** The Chromium of the test set-up, with further command line arguments. */
export const launchBrowser = (...args: string[]): Promise<Browser> =>
  chromium.launch({
    executablePath: inject('chromiumPath'),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', ...args],
  });

/** The pages as they are deployed, in a folder of their own. */
export const buildPages = async (): Promise<{
  readonly dist: string;
  readonly remove: () => Promise<void>;
}> => {
  const dist = await mkdtemp(path.join(tmpdir(), 'rollcall-dashboard-'));
  const configFile = path.join(import.meta.dirname, 'vite.config.ts');
  await build({ configFile, logLevel: 'error', build: { outDir: dist } });
  return { dist, remove: () => rm(dist, { recursive: true, force: true }) };
};

/** What the browser complains about from now on: violations of the page's policy, uncaught errors. */
export const complaintsOf = (page: Page): readonly string[] => {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && message.text().startsWith('Failed to load resource') === false)
      complaints.push(message.text());
  });
  return complaints;
};

/** By how many pixels the page is wider than the window. */
export const overflowPx = (page: Page): Promise<number> =>
  page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));

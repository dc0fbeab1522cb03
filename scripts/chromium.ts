import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { root } from './assembly.ts';
import { canInstallFromDebian, installFromDebian } from './debian-tools.ts';

const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * Path of a Chromium for the browser tests: one on this machine, else Playwright's download, else (as root, on Debian)
 * Debian's package. Throws an Error with the line to type when there is none and none can be had.
 */
export function ensureChromium(report: (step: string) => void): string {
  const found = findChromium();
  if (found !== undefined) return found;
  report('no Chromium found: trying Playwright’s download');
  if (!downloadsChromium() && canInstallFromDebian()) {
    report('trying apt-get install -y chromium');
    installFromDebian(['chromium']);
  }
  const installed = findChromium();
  if (installed === undefined) {
    throw new Error(
      'the browser tests need Chromium. Type: sudo apt-get install -y chromium, then npm test again',
    );
  }
  return installed;
}

function findChromium(): string | undefined {
  const named = process.env.CHROMIUM_PATH;
  const onPath = commands.flatMap((command) =>
    (process.env.PATH ?? '').split(path.delimiter).map((folder) => path.join(folder, command)),
  );
  return [...(named === undefined ? [] : [named]), ...onPath, chromium.executablePath()].find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function downloadsChromium(): boolean {
  try {
    const args = ['node_modules/playwright-core/cli.js', 'install', 'chromium'];
    execFileSync(process.execPath, args, { cwd: root, stdio: 'ignore', timeout: 600_000 });
    return true;
  } catch {
    return false; // the caller looks for the browser again and says what to type
  }
}

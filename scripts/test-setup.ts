import type { TestProject } from 'vitest/node';
import { ensureAssembly } from './assembly.ts';
import { ensureChromium } from './chromium.ts';
import { ensureDebianTools } from './debian-tools.ts';

declare module 'vitest' {
  interface ProvidedContext {
    chromiumPath: string;
  }
}

/** Runs once before all tests: the template and the bundles that the flow tests drive, a browser, and other programs. */
export async function setup(project: TestProject): Promise<void> {
  const report = (step: string): void => void process.stdout.write(`${step} …\n`);
  ensureDebianTools(report);
  await ensureAssembly(report);
  project.provide('chromiumPath', ensureChromium(report));
}

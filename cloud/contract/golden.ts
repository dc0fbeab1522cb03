import { readFileSync } from 'node:fs';

/** Reads one golden example, for the tests of every side. `name` is a file of `golden/` without `.json`. */
export const golden = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`./golden/${name}.json`, import.meta.url), 'utf8'));

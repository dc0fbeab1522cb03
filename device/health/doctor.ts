/** One thing that must be right for the door to work. `check` returns what it found, or throws an error that says the remedy. */
export type Check = { readonly name: string; check(): Promise<string> };

export type Finding = { readonly name: string; readonly ok: boolean; readonly detail: string };

/** Makes all checks, one after the other, also after one has failed. */
export const examine = async (checks: readonly Check[]): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  for (const { name, check } of checks) {
    try {
      findings.push({ name, ok: true, detail: await check() });
    } catch (error) {
      findings.push({ name, ok: false, detail: error instanceof Error ? error.message : String(error) });
    }
  }
  return findings;
};

/** The findings as a table for a terminal. */
export const findingsTable = (findings: readonly Finding[]): string => {
  const width = Math.max(...findings.map(({ name }) => name.length));
  return findings
    .map(({ name, ok, detail }) => `${ok ? 'ok  ' : 'FAIL'}  ${name.padEnd(width)}  ${detail}\n`)
    .join('');
};

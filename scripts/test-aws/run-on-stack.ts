import type { TestTarget } from '../../cloud/local/differential/environment.ts';

/** A stack that lives for one run of tests. */
export type ShortLivedStack = {
  /** Resolves once everything is there. Rejects when it fails, and soon after the signal. */
  deploy(signal: AbortSignal): Promise<TestTarget>;
  /** Removes what there is of it, which may be the half of it, or nothing. */
  destroy(): Promise<void>;
};

/** The exit code of a program that Ctrl-C ended. */
const interrupted = 130;

/**
 * Deploys, tests, and destroys whatever happened before: what is left behind costs money and holds a name.
 * Returns the tests' exit code, 130 when the signal ended it. Throws what failed, of both when the removal failed, too.
 */
export async function runOnStack(
  stack: ShortLivedStack,
  test: (target: TestTarget, signal: AbortSignal) => Promise<number>,
  signal: AbortSignal,
): Promise<number> {
  const failures: unknown[] = [];
  let code = 1;
  try {
    const target = await stack.deploy(signal);
    if (!signal.aborted) code = await test(target, signal);
  } catch (error) {
    // Whoever stops us in the middle of a step has no use for that step's complaint.
    if (!signal.aborted) failures.push(error);
  }
  try {
    await stack.destroy();
  } catch (error) {
    failures.push(error);
  }
  if (failures.length > 0) throw new Error(failures.map(messageOf).join('\nand '), { cause: failures[0] });
  return signal.aborted ? interrupted : code;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

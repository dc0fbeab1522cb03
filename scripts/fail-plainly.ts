/** The last resort of a command: one line that says what is wrong and what to do, and exit code 1. */
export function failPlainly(error: unknown): never {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

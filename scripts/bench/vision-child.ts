import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Runs a module in a process of its own, so that its time and memory are its own, and resolves with the one message that it
 * sends. The module starts with `input`, its only argument, as JSON. Throws when it ends without a message.
 */
export const runChild = <Output>(file: URL, input: unknown): Promise<Output> =>
  new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(file), [JSON.stringify(input)], { execArgv: ['--import', 'tsx'] });
    child.on('message', (output: Output) => {
      resolve(output);
      child.disconnect();
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => reject(new Error(`${file.pathname} ended with ${signal ?? code}`)));
  });

/** The other side: the input of `runChild`. */
export const childInput = <Input>(): Input => JSON.parse(process.argv[2] ?? '{}') as Input;

/** Ends the child with its message. */
export const report = (output: unknown): void => {
  process.send?.(output, () => process.exit(0));
};

/** Clock ticks of Linux in a second, as `/proc` counts (`getconf CLK_TCK`). */
const ticksPerSecond = 100;

/** Seconds of processor time that this process and its ended children have taken, in user and kernel mode. */
export const processorSeconds = (): number => {
  // man 5 proc: utime, stime, cutime and cstime are fields 14 to 17; the command, field 2, may hold spaces.
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  const ticks = fields.slice(11, 15).map(Number);
  return ticks.reduce((sum, each) => sum + each, 0) / ticksPerSecond;
};

import path from 'node:path';
import { parseArgs } from 'node:util';
import { assemblyDir } from '../assembly.ts';

export type StartOptions = {
  readonly port: number;
  readonly stateDir: string;
  readonly door: boolean;
  readonly fresh: boolean;
  /** A cloud assembly to run instead of the one made from these sources. */
  readonly assemblyDir: string | undefined;
};

export const startHelp = `npm start -- [options]

Runs all of Rollcall on this machine: the local cloud from the very template that is deployed,
a simulated door over sample photographs, and the dashboard.

  --port N        port of the dashboard on 127.0.0.1 (default 8080; 0 = any free one)
  --state DIR     where certificates, tables, pictures and users are kept (default .rollcall)
  --no-door       start no simulated door
  --fresh         forget the state folder's contents first
  --assembly DIR  run this cloud assembly instead of ${path.basename(assemblyDir)}, which is made when it is missing or old
  --help          this text
`;

/** Parses the command line of `npm start`. Throws an Error that names the wrong option; 'help' when help was asked for. */
export function parseStartOptions(args: readonly string[], cwd: string): StartOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '8080' },
      state: { type: 'string', default: '.rollcall' },
      'no-door': { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
      assembly: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  for (const name of ['state', 'assembly'] as const) {
    if (values[name] === '') throw new Error(`--${name} takes a folder, not an empty text`);
  }
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) {
    throw new Error(`--port takes a number from 0 to 65535, not "${values.port}"`);
  }
  return {
    port,
    stateDir: path.resolve(cwd, values.state),
    door: !values['no-door'],
    fresh: values.fresh,
    assemblyDir: values.assembly === undefined ? undefined : path.resolve(cwd, values.assembly),
  };
}

import { execFile } from 'node:child_process';
import path from 'node:path';

/** Clients of AWS that know nothing of our code: Debian's AWS command line, and boto3 under Debian's Python. */
export type ClientPrograms = {
  /** Runs `aws` with these arguments to its end. What it refuses is a value too. */
  aws(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Ended>;
  /** Makes calls with boto3, one after the other in one process; see boto3-calls.py for the outcomes. */
  boto3(calls: readonly Boto3Call[]): Promise<readonly Boto3Outcome[]>;
};

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

export type Boto3Call = {
  readonly service: string;
  readonly operation: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly settings?: Readonly<Record<string, string>>;
  readonly unsigned?: boolean;
};
type Boto3Outcome = {
  readonly answer?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: string; readonly status: number };
};

/** `home` is an empty folder, so that nobody's own AWS settings are read. `region` and `local`/`local` are what the programs use. */
export const makeClientPrograms = (endpoint: string, region: string, home: string): ClientPrograms => {
  const environment = {
    PATH: '/usr/bin:/bin',
    HOME: home,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
    LANG: 'C.UTF-8',
  };
  const run = (program: string, args: readonly string[], env: Readonly<Record<string, string>>, input = '') =>
    new Promise<Ended>((resolve) => {
      const child = execFile(
        program,
        args,
        { env, maxBuffer: 64 * 1024 * 1024, timeout: 100_000 },
        (error, stdout, stderr) =>
          resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
      );
      child.stdin?.end(input);
    });
  return {
    aws: (args, more = {}) =>
      run('/usr/bin/aws', ['--endpoint-url', endpoint, '--output', 'json', ...args], {
        ...environment,
        ...more,
      }),
    async boto3(calls) {
      const script = path.join(import.meta.dirname, 'boto3-calls.py');
      const ended = await run('/usr/bin/python3', [script, endpoint], environment, JSON.stringify(calls));
      if (ended.code !== 0) throw new Error(`boto3 could not be asked:\n${ended.stderr}`);
      return JSON.parse(ended.stdout);
    },
  };
};

import path from 'node:path';
import { parseArgs } from 'node:util';
import { EyesError, runDoor } from './agent.ts';
import { openCamera } from './camera/make-camera.ts';
import { impatientCamera } from './camera/watchdog.ts';
import { systemClock as clock } from './clock.ts';
import { type Config, ConfigError, loadConfig } from './config.ts';
import { examine, findingsTable } from './health/doctor.ts';
import { doorChecks } from './health/door-checks.ts';
import { IdentityError } from './identity/identity-error.ts';
import { makeIdentityStore } from './identity/identity-store.ts';
import { obtainIdentity } from './identity/obtain.ts';
import { type Log, makeLog } from './log.ts';
import { nodeDisk as disk } from './outbox/disk.ts';
import { OutboxError } from './outbox/file-outbox.ts';
import { lockFolder, StateFolderError } from './outbox/folder-lock.ts';
import { PemFileError, readPemFile } from './pem-file.ts';
import { ReplayError, replay } from './report/replay-command.ts';
import { unlessStopped } from './unless-stopped.ts';
import { makeFaceFinder } from './vision/face-finder.ts';

const help = `Rollcall door agent

usage: door <run|provision|doctor> [--config FILE]
       door replay <VIDEO|PICTURES|SCENE> [--report [DIR]] …

  run        gets the door its identity if it has none, then watches the door until it is stopped
  provision  only gets the door its identity
  doctor     checks what the door needs and says what to do about what is missing
  replay     shows the door's eyes a film and prints what they made of it; sends nothing. door replay --help tells more

  --config FILE  settings as JSON; ROLLCALL_… variables come on top (table in the README)
  --help         this text

The log goes to standard error as JSON lines; what the person at the door reads goes to standard output.

exit code  0  done, or stopped by SIGINT, SIGTERM or the end of the parent process
           1  failed in a way nobody foresaw, or doctor found something
           2  wrong command line or configuration
           3  no identity until somebody acts: the message says who
           4  no identity because the cloud could not be reached (provision only; run keeps trying)
           5  another client uses this door's identity
           6  camera or face finder broke: start again
           7  the state folder cannot be used: the message says why
`;

const provisionAttempts = 5;

type Command = (config: Config, log: Log, signal: AbortSignal) => Promise<number>;

const storeOf = (config: Config) =>
  makeIdentityStore({ folder: path.join(config.stateDir, 'identity'), disk });

const run: Command = async (config, log, signal) => {
  await lockFolder(config.stateDir);
  const attempts = Number.POSITIVE_INFINITY;
  const obtaining = obtainIdentity({ config, store: storeOf(config), disk, clock, log, attempts, signal });
  const identity = await unlessStopped(obtaining, signal);
  if (!identity) return 0;
  const caPem = await readPemFile(disk, config.caFile);
  return (await runDoor({ config, identity, caPem, log }, signal)) === 'taken_over' ? 5 : 0;
};

const provision: Command = async (config, log, signal) => {
  await lockFolder(config.stateDir);
  const attempts = provisionAttempts;
  const obtaining = obtainIdentity({ config, store: storeOf(config), disk, clock, log, attempts, signal });
  const identity = await unlessStopped(obtaining, signal);
  if (identity) process.stdout.write(`this door is ${identity.thingName}\n`);
  return 0;
};

const doctor: Command = async (config, _log, signal) => {
  const openFaceFinder = () => makeFaceFinder(config);
  const camera = impatientCamera(openCamera(config.camera, clock), clock);
  const examining = examine(doorChecks({ config, disk, store: storeOf(config), camera, openFaceFinder }));
  const findings = await unlessStopped(examining, signal);
  if (!findings) return 0;
  process.stdout.write(findingsTable(findings));
  return findings.every(({ ok }) => ok) ? 0 : 1;
};

const commands: Readonly<Record<string, Command>> = { run, provision, doctor };

const exitCodeOf = (error: unknown): number => {
  if (error instanceof ConfigError || error instanceof PemFileError || error instanceof ReplayError) return 2;
  if ((error as NodeJS.ErrnoException)?.code?.startsWith('ERR_PARSE_ARGS')) return 2;
  if (error instanceof IdentityError) return error.retryable ? 4 : 3;
  if (error instanceof EyesError) return 6;
  return error instanceof OutboxError || error instanceof StateFolderError ? 7 : 1;
};

/** Aborts when the agent is asked to stop, also by the end of a parent that started it with a channel. */
const stopSignal = (log: Log): AbortSignal => {
  const stop = new AbortController();
  const on = (why: string) => () => {
    if (!stop.signal.aborted) log.event('agent.stopping', { why });
    stop.abort();
  };
  process.once('SIGINT', on('SIGINT'));
  process.once('SIGTERM', on('SIGTERM'));
  if (process.channel) process.once('disconnect', on('parent_gone'));
  // A closed terminal or pipe must not be what stops a door.
  process.stdout.on('error', () => undefined);
  return stop.signal;
};

const replayFilm = async (args: readonly string[]): Promise<number> => {
  const log = makeLog({ level: 'warn' });
  const print = (text: string) => process.stdout.write(text);
  await replay(args, { log, clock, print }, stopSignal(log));
  return 0;
};

const main = async (): Promise<number> => {
  const [name, ...args] = process.argv.slice(2);
  if (name === 'replay') return replayFilm(args);
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { config: { type: 'string' }, help: { type: 'boolean' } },
  });
  const command = commands[positionals[0] ?? ''];
  if (values.help || !command || positionals.length !== 1) {
    (values.help ? process.stdout : process.stderr).write(help);
    return values.help ? 0 : 2;
  }
  const config = loadConfig(values.config);
  const log = makeLog({ level: config.logLevel });
  const signal = stopSignal(log);
  log.event('agent.starting', { command: positionals[0], serial: config.serial });
  try {
    const exitCode = await command(config, log, signal);
    log.event('agent.stopped', { exitCode });
    return exitCode;
  } catch (error) {
    log.event('agent.failed', { exitCode: exitCodeOf(error), why: (error as Error).message });
    throw error;
  }
};

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const known = exitCodeOf(error) !== 1;
    process.stderr.write(`${known ? (error as Error).message : ((error as Error)?.stack ?? error)}\n`);
    process.exit(exitCodeOf(error));
  },
);

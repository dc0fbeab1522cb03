import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { Clock } from '../clock.ts';
import { CameraError } from './camera-error.ts';
import { type CameraSubject, explainEnd, type ProgramEnd } from './explain-camera.ts';

/** A program that writes pictures. */
export type CameraProgram = {
  /** Its names: the first that is there is run. */
  readonly names: readonly [string, ...string[]];
  readonly args: readonly string[];
  readonly subject: CameraSubject;
  /** What to type when the program is not there. */
  readonly install: string;
  /** Streams that it writes besides standard output: descriptors 3, 4, … */
  readonly moreStreams?: number;
};

/** Standard output, then what the program writes from descriptor 3 on. */
export type CameraStreams = readonly [Readable, ...Readable[]];

/** A camera program that runs. */
export interface CameraProcess {
  readonly streams: CameraStreams;
  /** Resolves when the program has ended, with what that means should nobody have wanted it. */
  ended(gavePictures: boolean): Promise<{ readonly exitCode: number | null; readonly error: CameraError }>;
  /** Asks the program to end, then makes it end; resolves when it has, or is past all help. Twice is once. */
  stop(): Promise<void>;
}

/** Between asking and killing, and between killing and giving up on a process that hangs in the kernel. */
const graceMs = 1500;
/** How long a program that has ended may still be heard: its last line may be on its way. */
const lastWordsMs = 200;
const keptLines = 20;
const longestLine = 500;

/**
 * Starts a camera program in a process group of its own, so that Ctrl-C in a terminal reaches the agent alone, which then ends
 * it. Its standard error is always read, so that it never blocks, and the last lines are kept. Throws a CameraError when the
 * program is not there or may not be run.
 */
export const startCameraProcess = async (
  program: CameraProgram,
  clock: Pick<Clock, 'sleep'>,
): Promise<CameraProcess> => {
  const { name, child, exited } = await spawnFirst(program);
  const [, , stderr] = child.stdio;
  const complaints = keepLastLines(stderr as Readable);
  const streams = [child.stdio[1], ...child.stdio.slice(3)] as [Readable, ...Readable[]];
  // A stream that is cut off ends early, which its reader notices.
  for (const stream of streams) stream.on('error', () => undefined);
  const kill = (signal: NodeJS.Signals) => {
    if (child.pid && child.exitCode === null && child.signalCode === null) killGroup(child.pid, signal);
  };
  const waitForExit = () => Promise.race([exited, clock.sleep(graceMs)]);

  return {
    streams,
    ended: async (gavePictures) => {
      const how = await exited;
      // A grandchild may keep the stream open for ever.
      await Promise.race([complaints.ended, clock.sleep(lastWordsMs)]);
      return {
        exitCode: how.exitCode,
        error: explainEnd(name, program.subject, complaints.lines, how, gavePictures),
      };
    },
    stop: async () => {
      kill('SIGTERM');
      // It may be waiting for its pictures to be read, and deaf to a signal meanwhile.
      for (const stream of streams) stream.destroy();
      await waitForExit();
      // This also ends a process that was halted.
      kill('SIGKILL');
      await waitForExit();
      stderr?.destroy();
      child.unref();
    },
  };
};

const spawnFirst = async ({
  names,
  args,
  install,
  moreStreams = 0,
}: CameraProgram): Promise<{ name: string; child: ChildProcess; exited: Promise<ProgramEnd> }> => {
  for (const name of names) {
    const child = spawn(name, args, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', ...Array.from({ length: moreStreams }, () => 'pipe' as const)],
    });
    const exited = new Promise<ProgramEnd>((resolve) => {
      child.once('exit', (exitCode, killedBy) => resolve({ exitCode, killedBy }));
    });
    try {
      await once(child, 'spawn');
      return { name, child, exited };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT') {
        throw new CameraError('no_program', `${name} cannot be started (${code}): check its permissions`);
      }
    }
  }
  throw new CameraError('no_program', `${names[0]} is not installed: type ${install}`);
};

const killGroup = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has just ended by itself.
  }
};

/** Keeps the last lines of a stream, however much it writes. */
const keepLastLines = (
  stream: Readable,
): { readonly lines: readonly string[]; readonly ended: Promise<void> } => {
  const lines: string[] = [];
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('error', () => undefined);
  stream.on('data', (text: string) => {
    const parts = `${rest}${text}`.split(/[\r\n]+/);
    rest = (parts.pop() ?? '').slice(0, longestLine);
    lines.push(...parts.filter((line) => line.trim() !== '').map((line) => line.slice(0, longestLine)));
    lines.splice(0, Math.max(0, lines.length - keptLines));
  });
  const ended = new Promise<void>((resolve) => {
    stream.on('end', () => {
      if (rest.trim() !== '') lines.push(rest);
      resolve();
    });
  });
  return { lines, ended };
};

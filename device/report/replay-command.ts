import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { z } from 'zod';
import { CameraError } from '../camera/camera-error.ts';
import { maskedCamera } from '../camera/masks.ts';
import { scenes } from '../camera/replay/scenes.ts';
import { makeZone } from '../camera/zone.ts';
import type { Clock } from '../clock.ts';
import { loadConfig } from '../config.ts';
import { makeLivenessPolicy, noLiveness } from '../liveness/liveness-policy.ts';
import type { Log } from '../log.ts';
import { trackingOf } from '../tracker/track.ts';
import { makeFaceFinder } from '../vision/face-finder.ts';
import { hasFont, ReportFolderError, writeContactSheets } from './contact-sheet.ts';
import { observeFilm } from './observe.ts';
import { reportText } from './report-text.ts';
import { scoreFilm } from './score.ts';
import { subjectOf } from './subject.ts';

const replayHelp = `Rollcall door agent: replay

usage: door replay <VIDEO|PICTURES|SCENE> [--report [DIR]] [--config FILE] [--passages N] [--seed N] [--fps N]

Shows a door's eyes a film and prints the passages, the sightings, the frames used and the time of each stage.
Nothing is put into the outbox or sent.

  VIDEO          a video file; whatever FFmpeg reads
  PICTURES       a .jpg, .png or .webp picture or a folder of them; each comes slowly nearer, and is a film of its own
  SCENE          a built-in film made of the sample photographs, whose truth is known:
                 corridor    people alone and side by side in a corridor
${Object.entries(scenes)
  .map(([name, { shows }]) => `                 ${name.padEnd(10)}  ${shows}\n`)
  .join('')}
  --report [DIR] writes contact sheets: the chosen frame of each passage with every face's box, number and score, its
                 picture and quality; into DIR, or into .rollcall/replay/<name>
  --config FILE  a door's settings as JSON: its detector, runtime, zone, masks, ignorePictures and liveness are used here too
  --passages N   how many people a scene has (default 12)
  --seed N       another seed is another film (default 1)
  --fps N        frames per second to look at (default: the video's own, 10 for a scene)
  --help         this text

exit code  0  done, or stopped by SIGINT or SIGTERM
           2  wrong command line or configuration, or nothing that can be played: the message says why
`;

/** The command line is wrong, or what it names cannot be played. The message says what to do. */
export class ReplayError extends Error {}

const Options = z.object({
  passages: z.coerce.number().int().min(0).max(10_000).default(12),
  seed: z.coerce.number().int().nonnegative().default(1),
  fps: z.coerce.number().min(1).max(30).optional(),
});

const parseCommandLine = (args: readonly string[]) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      report: { type: 'boolean' },
      config: { type: 'string' },
      passages: { type: 'string' },
      seed: { type: 'string' },
      fps: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const { report = false, config, help = false, ...rest } = values;
  const [what, folder] = positionals;
  if (!help && (!what || positionals.length > (report ? 2 : 1))) throw new ReplayError(replayHelp);
  const options = Options.safeParse(rest);
  if (!options.success) {
    const names = options.error.issues.map(({ path: [name], message }) => `--${String(name)}: ${message}`);
    throw new ReplayError(`The command line cannot be used:\n  ${names.join('\n  ')}`);
  }
  return { what: what ?? '', folder, report, config, help, options: options.data };
};

/** What of a door's configuration matters to its eyes; without one, as a door is by default. */
const eyesOf = (configFile: string | undefined) =>
  configFile === undefined
    ? { runtime: 'auto' as const, masks: [], zone: undefined, liveness: 'off' as const, ignorePictures: true }
    : loadConfig(configFile);

/**
 * Runs the replay command and returns what it has to say. `args` is the command line behind the word replay. Stops early, with
 * what there is by then, when `signal` aborts. Throws a ReplayError, or a ConfigError.
 */
export const replay = async (
  args: readonly string[],
  { log, clock, print }: { readonly log: Log; readonly clock: Clock; readonly print: (text: string) => void },
  signal: AbortSignal,
): Promise<void> => {
  const { what, folder, report, config, help, options } = parseCommandLine(args);
  if (help) return print(replayHelp);
  sharp.cache(false);
  const eyes = eyesOf(config);
  const subject = await subjectOf(what, options, clock).catch(asReplayError);
  const finder = await makeFaceFinder(eyes, { log });
  try {
    const liveness = eyes.liveness === 'off' ? noLiveness : await makeLivenessPolicy(eyes.liveness, log);
    const film = await observeFilm(
      {
        camera: maskedCamera(subject.camera, eyes.masks),
        ...(eyes.zone && { zone: makeZone(eyes.zone) }),
        finder,
        log,
        clock,
        liveness,
        tracking: trackingOf(eyes),
        withPictures: report,
      },
      signal,
    )
      .catch(asReplayError)
      .finally(() => liveness.check.close());
    const score = subject.scene && !signal.aborted ? scoreFilm(subject.scene, film) : null;
    print(reportText(subject.name, finder.runtime, film, score));
    if (score && (eyes.zone || eyes.masks.length > 0))
      print(
        '\nThe truth counts everybody, also outside the zone and behind the masks of the configuration.\n',
      );
    if (!report) return;
    const into = folder ?? path.join('.rollcall', 'replay', subject.name);
    const sheets = await writeContactSheets(subject.name, film, into).catch(asReplayError);
    print(sheets.map((file) => `contact sheet: ${file}\n`).join(''));
    if (sheets.length > 0 && !(await hasFont()))
      print('No font is installed here, so the sheets have no words: apt-get install fonts-dejavu-core\n');
  } finally {
    await finder.close();
  }
};

/** Turns what somebody can mend by another command line into a ReplayError. */
const asReplayError = (error: unknown): never => {
  if (error instanceof CameraError || error instanceof ReportFolderError)
    throw new ReplayError(error.message, { cause: error });
  throw error;
};

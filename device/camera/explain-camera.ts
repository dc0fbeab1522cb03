import { CameraError } from './camera-error.ts';

/** What a camera program reads, and how that is called in messages: never with a password. */
export type CameraSubject = {
  readonly kind: 'device' | 'file' | 'address' | 'module';
  readonly name: string;
};

/** How a camera program ended. */
export type ProgramEnd = { readonly exitCode: number | null; readonly killedBy: string | null };

type Explain = (subject: CameraSubject) => CameraError;

const because =
  (trouble: CameraError['trouble'], say: (name: string) => string): Explain =>
  ({ name }) =>
    new CameraError(trouble, say(name));

const notPermitted: Explain = ({ kind, name }) =>
  new CameraError(
    'no_permission',
    kind === 'device' || kind === 'module'
      ? `${name} may not be opened by this user: type sudo usermod -aG video followed by the agent's user, then start it again`
      : `${name} may not be read by this user: check its owner and permissions`,
  );

const notThere: Explain = ({ kind, name }) =>
  kind === 'device'
    ? new CameraError(
        'no_device',
        `${name} is not there: plug the camera in; ls /dev/video* lists what is there`,
      )
    : new CameraError('no_file', `${name} is not a file that is there: check the path`);

/** What FFmpeg 5 to 7 and rpicam-vid write about the usual troubles. The first that fits is taken. */
const explanations: readonly (readonly [sign: RegExp, explain: Explain])[] = [
  [
    /\b40[13]\b|Unauthorized|Forbidden/i,
    because('refused', (name) => `${name} refuses the user or the password: check those in camera.input`),
  ],
  [
    /\b404\b|server returned 4/i,
    because(
      'no_device',
      (name) => `${name} has no stream at this path: check the path that its manual gives for camera.input`,
    ),
  ],
  [
    /Connection refused|timed out|No route to host|resolve hostname|Name or service not known|is unreachable|server returned 5/i,
    because(
      'unreachable',
      (name) => `${name} cannot be reached: check the address, the network, and that the camera is on`,
    ),
  ],
  [/Permission denied|Operation not permitted/i, notPermitted],
  [
    /resource busy|in use by another process|failed to acquire camera/i,
    because('busy', (name) => `${name} is used by another program: stop that program`),
  ],
  [
    /no cameras available/i,
    because(
      'no_device',
      (name) =>
        `${name} is not found: check both ends of its cable, then what rpicam-hello --list-cameras shows`,
    ),
  ],
  [/No such file or directory|No such device|Is a directory/i, notThere],
  [
    /proper format for codec|Not a video capture device|Inappropriate ioctl|Unknown input format|Unrecognized option|Option \S+ not found|(invalid|unrecogni[sz]ed) option/i,
    because(
      'unsupported',
      (name) =>
        `${name} cannot do what the settings ask for: check inputFormat, width, height, fps and args of camera`,
    ),
  ],
  [
    /Invalid data found|matches no streams|does not contain any stream|moov atom not found|Decoder .* not found|find codec parameters/i,
    because('not_a_video', (name) => `${name} holds no video that FFmpeg can read: check what it is`),
  ],
];

/** The text with every address cut down to its scheme and host: the rest may be a user, a password or a token. */
export const withoutSecrets = (text: string): string =>
  text.replace(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, (address) => {
    const [, scheme, host] = /^([a-z0-9+.-]+):\/\/(?:.*@)?([a-z0-9.:[\]-]*)/i.exec(address) ?? [];
    return `${scheme}://${host}/…`;
  });

/**
 * Turns what a camera program last wrote, and how it ended, into what is wrong and what to do about it. A program that has given
 * pictures may have complained about one of them, which is not why it ended.
 */
export const explainEnd = (
  program: string,
  subject: CameraSubject,
  lastLines: readonly string[],
  { exitCode, killedBy }: ProgramEnd,
  gavePictures: boolean,
): CameraError => {
  const text = lastLines.join('\n');
  const known = explanations.find(([sign]) => sign.test(text))?.[1](subject);
  if (known && !(gavePictures && known.trouble === 'not_a_video')) return known;
  if (exitCode === 0) return new CameraError('ended', `${subject.name} ended its stream`);
  const how = killedBy ? `was ended by ${killedBy}` : `ended with exit code ${exitCode}`;
  const last = lastLines.at(-1);
  const said = last ? `; it last said: ${withoutSecrets(last).slice(0, 200)}` : '';
  return new CameraError('died', `${program} for ${subject.name} ${how}${said}`);
};

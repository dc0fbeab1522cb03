/** What can be wrong with a camera, in a word for logs and health. */
export type CameraTrouble =
  | 'no_program'
  | 'no_device'
  | 'no_permission'
  | 'busy'
  | 'no_file'
  | 'not_a_video'
  | 'refused'
  | 'unreachable'
  | 'unsupported'
  | 'stalled'
  | 'ended'
  | 'died';

/** The camera does not work. The message says what somebody can do about it; it never holds an address with a password. */
export class CameraError extends Error {
  readonly trouble: CameraTrouble;
  constructor(trouble: CameraTrouble, message: string) {
    super(message);
    this.trouble = trouble;
  }
}

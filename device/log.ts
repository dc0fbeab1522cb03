import { type DestinationStream, destination, pino } from 'pino';

/**
 * Every event that the agent writes to its log, and how loud it is. A log line is one of these names with ids, numbers and
 * short words: never a picture, a person's name, a key, or a whole message.
 */
const logEvents = {
  'agent.starting': 'info',
  'agent.ready': 'info',
  'agent.stopping': 'info',
  'agent.stopped': 'info',
  'agent.failed': 'fatal',
  health: 'info',

  'identity.provisioning': 'info',
  'identity.provisioned': 'info',
  'identity.retrying': 'warn',

  'vision.ready': 'info',
  'vision.runtime_rejected': 'warn',
  'camera.started': 'info',
  'camera.stalled': 'warn',
  'camera.failed': 'warn',
  'camera.restarting': 'info',
  'camera.ended': 'info',
  'camera.full_size_failed': 'warn',
  'passage.began': 'debug',
  'passage.ended': 'info',
  'passage.unusable': 'info',
  'passage.failed': 'error',
  'passage.lost': 'error',
  'frame.failed': 'error',
  'shot.refused': 'info',
  'sighting.chosen': 'info',
  'liveness.failed': 'error',

  'outbox.opened': 'info',
  'outbox.added': 'info',
  'outbox.corrupt': 'error',
  'outbox.full': 'error',
  'outbox.failed': 'error',
  'delivery.delivered': 'info',
  'delivery.kept': 'warn',
  'delivery.refused': 'error',

  'mqtt.connected': 'info',
  'mqtt.connect_failed': 'warn',
  'mqtt.disconnected': 'warn',
  'mqtt.subscribe_refused': 'error',
  'mqtt.report_failed': 'warn',
  'mqtt.failed': 'error',
  'mqtt.stopped': 'info',
  'mqtt.taken_over': 'fatal',
  'verdict.received': 'info',
  'verdict.rejected': 'warn',
} as const satisfies Record<string, 'debug' | 'info' | 'warn' | 'error' | 'fatal'>;

export type LogEvent = keyof typeof logEvents;
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Log {
  event(name: LogEvent, fields?: LogFields): void;
}

/** Keys that no event should have. Names are the first fence, this is the second. */
const forbiddenKey =
  /^(name|personname|code|claimcode|key|privatekey|pem|csr|token|certificate|jpeg|image|picture|payload|message|body|facts)$/i;
/** Values that give themselves away: PEM text, the start of a base64 JPEG, or something far too long for a fact. */
const forbiddenValue = /-----BEGIN |\/9j\/|data:image|\bMI[GI][A-Za-z0-9+/]{16}/;
const longestValue = 400;

const redact = (fields: LogFields): LogFields =>
  Object.fromEntries(
    Object.entries(fields).map(([key, value]) => {
      if (forbiddenKey.test(key)) return [key, '[redacted]'];
      if (typeof value !== 'string') return [key, value];
      return [key, forbiddenValue.test(value) || value.length > longestValue ? '[redacted]' : value];
    }),
  );

/**
 * Makes the agent's log: JSON lines, written synchronously so that a crash does not lose the last ones.
 * `stream` is standard error unless given (journald takes it from there); standard output belongs to the person at the door.
 */
export const makeLog = ({
  level = 'info',
  stream = standardError(),
}: {
  readonly level?: 'debug' | 'info' | 'warn' | 'error';
  readonly stream?: DestinationStream;
} = {}): Log => {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  );
  return {
    event: (name, fields = {}) => {
      logger[logEvents[name]]({ event: name, ...redact(fields) });
    },
  };
};

const standardError = (): DestinationStream => {
  const stream = destination({ fd: 2, sync: true });
  // A closed terminal or pipe must not be what stops a door.
  stream.on('error', () => undefined);
  return stream;
};

/** A log for tests that remembers what it was told. */
export const makeMemoryLog = (): Log & { readonly lines: { event: LogEvent; fields: LogFields }[] } => {
  const lines: { event: LogEvent; fields: LogFields }[] = [];
  return { lines, event: (event, fields = {}) => lines.push({ event, fields }) };
};

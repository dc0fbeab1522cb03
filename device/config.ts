import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Serial } from '#contract/names.ts';
import { CameraConfig } from './camera/config.ts';
import { Polygon } from './camera/polygon.ts';
import { environmentName, type Setting, settingsOf, tableRow } from './config-settings.ts';

const file = z.string().min(1);

const Settings = z.strictObject({
  endpoint: z
    .string()
    .regex(/^[^\s/:]+$/, 'must be a host name alone, without https:// and port')
    .describe('host name of the AWS IoT data endpoint'),
  port: z.int().min(1).max(65_535).default(8883).describe('its MQTT port'),
  caFile: file.describe('certificate authority that signs the endpoint (PEM file)'),
  claim: z
    .strictObject({
      certFile: file.describe('claim certificate (PEM file)'),
      keyFile: file.describe('key of the claim certificate (PEM file)'),
      code: z.string().min(1).max(128).describe('one-time code from facilities'),
    })
    .optional()
    .describe('needed until the door has its own identity'),
  serial: Serial.describe('serial number on the label of the door'),
  provisioningTemplate: z
    .string()
    .regex(/^[0-9A-Za-z_-]{1,36}$/, 'must be the name of a provisioning template')
    .describe('fleet provisioning template of the stage, such as rollcall-prod'),
  stateDir: file.default('/var/lib/rollcall').describe('folder for identity and outbox'),
  camera: CameraConfig.describe('where frames come from'),
  zone: Polygon.optional().describe(
    'part of the picture in which people are looked for, as corners `[x, y]` from 0 to 1, origin top left; all of it when left out',
  ),
  masks: z
    .array(Polygon)
    .default([])
    .describe(
      'parts of the picture that are made black before anything looks at them, each a list of corners as in `zone`',
    ),
  ignorePictures: z
    .boolean()
    .default(true)
    .describe(
      'take a face that hangs still where it hung when the watch began, such as on a poster, for nobody; `false` where people ' +
        'may be in view for the whole of it without moving, and nothing with a face hangs there',
    ),
  detector: z
    .enum(['blazeface', 'face-api', 'face-api-ssd'])
    .default('blazeface')
    .describe('what finds faces; the others are slower and find fewer, or are much slower'),
  runtime: z
    .enum(['auto', 'onnx', 'wasm', 'tfjs-node'])
    .default('auto')
    .describe('what computes; auto takes the fastest that works here, only blazeface runs on onnx'),
  detectionSide: z
    .int()
    .min(128)
    .max(1024)
    .optional()
    .describe(
      'longer side in pixels of the picture in which faces are looked for; unless set 256 for blazeface, 416 for face-api, ' +
        '512 for face-api-ssd; 320 for a wide lens',
    ),
  detectorThreads: z.int().min(1).max(4).default(1).describe('threads of the onnx runtime'),
  liveness: z
    .enum(['off', 'mark', 'refuse'])
    .default('off')
    .describe(
      'what is done about a face that moves like a picture of one, a deterrent and no security (docs/liveness.md): nothing, ' +
        '`mark` the sighting as suspicious, or `refuse` to send it',
    ),
  feedback: z
    .enum(['console', 'console-with-names', 'none'])
    .default('console')
    .describe(
      'how the person at the door is told: lines on standard output; `console` shows a name on a terminal only, ' +
        '`console-with-names` also where output is kept, so never under systemd',
    ),
  outbox: z
    .strictObject({
      maxMegabytes: z.number().positive().default(256).describe('bound of the pictures that wait on disk'),
      eventsPerSecond: z.number().positive().default(1).describe('rate at which a backlog is sent'),
      burst: z.int().positive().default(5).describe('events that may go at once before that rate holds'),
    })
    .prefault({}),
  trustClock: z
    .boolean()
    .default(false)
    .describe(
      'take the clock for right although systemd-timesyncd does not say so: it has a battery, or another time service',
    ),
  healthSeconds: z.number().positive().default(60).describe('time between two health events in the log'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('quietest events to log'),
});

/** Everything that can be set on a door. */
export const Config = Settings.refine(
  ({ detector, runtime }) => detector === 'blazeface' || runtime !== 'onnx',
  {
    path: ['runtime'],
    error: 'must be auto, wasm or tfjs-node with this detector: only blazeface runs on onnx',
  },
);
export type Config = z.infer<typeof Config>;

/** What is wrong with the configuration, all of it at once: names of settings, never their values. */
export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(['The configuration cannot be used:', ...problems.map((problem) => `  ${problem}`)].join('\n'));
    this.problems = problems;
  }
}

const settings = settingsOf(Config);

/**
 * Reads the configuration: the JSON file, if one is named, overlaid with `ROLLCALL_…` variables of the environment. The result
 * is frozen. Throws a ConfigError.
 */
export const loadConfig = (configFile: string | undefined, environment = process.env): Config => {
  const problems: string[] = [];
  const input = configFile === undefined ? {} : readConfigFile(configFile);
  for (const [name, text] of Object.entries(environment)) {
    if (!name.startsWith('ROLLCALL_') || text === undefined) continue;
    const setting = settings.find((candidate) => candidate.environment === name);
    if (setting) assign(input, setting, text);
    else problems.push(`${name} is not a setting of a door`);
  }
  const parsed = Config.safeParse(input);
  if (parsed.success && problems.length === 0) return freeze(parsed.data);
  throw new ConfigError([...(parsed.error?.issues.map(describeIssue) ?? []), ...problems]);
};

/** The table of all settings in Markdown, for the README. */
export const configurationTable = (): string =>
  [
    '| setting | environment | values | default | meaning |',
    '| --- | --- | --- | --- | --- |',
    ...settings.map(({ path, environment, values, fallback, meaning }) =>
      tableRow([`\`${path.join('.')}\``, `\`${environment}\``, values, fallback, meaning]),
    ),
  ].join('\n');

const readConfigFile = (name: string): Record<string, unknown> => {
  let text: string;
  try {
    text = readFileSync(name, 'utf8');
  } catch (error) {
    throw new ConfigError([`${name} cannot be read (${(error as NodeJS.ErrnoException).code})`]);
  }
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    // The parser's own message would repeat a piece of the file, which may hold the claim code.
    throw new ConfigError([`${name} does not hold a JSON object`]);
  }
};

/** Puts a variable's text where the setting is, as the type that the setting has. */
const assign = (input: Record<string, unknown>, { path, type }: Setting, text: string): void => {
  let at = input;
  for (const key of path.slice(0, -1)) {
    const inner = at[key];
    at[key] = typeof inner === 'object' && inner !== null ? { ...inner } : {};
    at = at[key] as Record<string, unknown>;
  }
  at[path.at(-1) ?? ''] = typed(type, text);
};

const typed = (type: Setting['type'], text: string): unknown => {
  if (type === 'array') return text.trimStart().startsWith('[') ? fromJson(text) : listOf(text);
  if (type === 'boolean') return { true: true, false: false }[text] ?? text;
  if (type === 'number') return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
  return text;
};

const listOf = (text: string): string[] => text.split(',').map((item) => item.trim());

const fromJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const describeIssue = (issue: z.core.$ZodIssue): string => {
  const path = issue.path.map(String);
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  const message = missing
    ? 'is missing'
    : issue.message.replace(/^Invalid (input|option): expected/, 'must be');
  if (path.length === 0) return message;
  // A variable holds a whole list: its items have none of their own.
  const setting = issue.path.filter((key) => typeof key === 'string');
  return `${path.join('.')} (${environmentName(setting)}): ${message}`;
};

const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(freeze);
  return Object.freeze(value);
};

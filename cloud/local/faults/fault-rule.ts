import { z } from 'zod';

/** The APIs behind the gateway, by the name that their clients sign with. */
export const apiServices = [
  'cognito-idp',
  'dynamodb',
  'iot',
  'iot-jobs-data',
  'iotdata',
  'lambda',
  'rekognition',
  's3',
  'sns',
  'sqs',
] as const;
export type ApiService = (typeof apiServices)[number];

/**
 * Where AWS hands on events by itself, and what stands for the operation there: an IoT rule giving a message to its actions (the
 * rule's name), Lambda running an accepted asynchronous event (the function's), Lambda reading a queue (the queue's).
 */
const handovers = ['iot-rules', 'lambda-events', 'sqs-polling'] as const;

const common = {
  /** An operation of the service such as `SearchFacesByImage`, or the name of the rule, function or queue; `*` for all. */
  operation: z.string().min(1).max(256).default('*'),
  /** How likely it strikes, by a chance that `seed` repeats; left out: always. */
  probability: z.number().gt(0).max(1).optional(),
  seed: z.int().default(1),
  /** Over after so many strikes. */
  times: z.int().positive().optional(),
  /** Over at this instant (ISO 8601). */
  until: z.iso.datetime({ offset: true }).optional(),
};

const calls = z.enum([...apiServices, 'iot-rules']);
const everywhere = z.enum([...apiServices, ...handovers]);
const longestMs = 600_000;

/** A fault that the local cloud plays. Strict: a field that a kind does not know is refused. */
export const FaultRule = z.discriminatedUnion('kind', [
  /** Refused as beyond a quota, before anything is done: every call, or those beyond `perSecond`. */
  z.strictObject({
    ...common,
    kind: z.literal('throttle'),
    service: calls,
    perSecond: z.number().positive().max(100_000).optional(),
  }),
  /** Fails before anything is done. */
  z.strictObject({
    ...common,
    kind: z.literal('fail'),
    service: calls,
    status: z.literal([500, 503]).default(500),
  }),
  /** Done, but answered with a server error, as when an answer is lost: whoever tries again does it twice. */
  z.strictObject({ ...common, kind: z.literal('lose_answer'), service: calls }),
  /** Begins so much later. */
  z.strictObject({
    ...common,
    kind: z.literal('delay'),
    service: everywhere,
    ms: z.int().positive().max(longestMs),
  }),
  /** Begins at any moment within `withinMs`, so that what comes together changes places. */
  z.strictObject({
    ...common,
    kind: z.literal('reorder'),
    service: everywhere,
    withinMs: z.int().positive().max(longestMs).default(1000),
  }),
  /** Done twice; a caller gets the second answer. */
  z.strictObject({ ...common, kind: z.literal('duplicate'), service: everywhere }),
  /** The MQTT broker breaks every connection and is gone until the fault is removed or over. */
  z.strictObject({
    kind: z.literal('outage'),
    service: z.literal('iot'),
    until: common.until,
  }),
]);
export type FaultRule = z.output<typeof FaultRule>;
/** A rule as it is asked for: what has a default may be left out. */
export type FaultRequest = z.input<typeof FaultRule>;

/** Something that a fault may strike. */
export type FaultPlace = { readonly service: string; readonly operation: string };

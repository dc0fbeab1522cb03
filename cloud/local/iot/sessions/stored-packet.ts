import type { AedesPublishPacket } from 'aedes';
import { z } from 'zod';

/** A message that waits for a client, or is retained on a topic. `messageExpiry` is epoch milliseconds. */
export type StoredPacket = Omit<AedesPublishPacket, 'messageId'> & {
  messageId?: number | undefined;
  messageExpiry?: number;
};

const Properties = z
  .looseObject({})
  .transform((properties) =>
    typeof properties.correlationData === 'string'
      ? { ...properties, correlationData: Buffer.from(properties.correlationData, 'base64') }
      : properties,
  );

const OnDisk = z.strictObject({
  topic: z.string(),
  payload: z.base64(),
  qos: z.union([z.literal(0), z.literal(1)]),
  retain: z.boolean(),
  properties: Properties.optional(),
  messageExpiry: z.number().optional(),
  brokerId: z.string(),
  brokerCounter: z.number(),
});

/** The packet as JSON text: bytes as Base64. The packet identifier is left out: it belongs to a connection. */
export const packetToText = (packet: StoredPacket): string => {
  const { topic, payload, qos, retain, properties, messageExpiry, brokerId, brokerCounter } = packet;
  const { correlationData } = properties ?? {};
  return JSON.stringify({
    topic,
    payload: Buffer.from(payload).toString('base64'),
    qos,
    retain,
    brokerId,
    brokerCounter,
    messageExpiry,
    properties:
      correlationData === undefined
        ? properties
        : { ...properties, correlationData: correlationData.toString('base64') },
  });
};

/** The reverse of `packetToText`; undefined for text that is none, such as a file of another version. */
export const packetFromText = (text: string): StoredPacket | undefined => {
  const parsed = OnDisk.safeParse(JSON.parse(text));
  if (!parsed.success) return undefined;
  const { payload, properties, messageExpiry, ...rest } = parsed.data;
  return {
    ...rest,
    cmd: 'publish',
    dup: false,
    payload: Buffer.from(payload, 'base64'),
    ...(properties === undefined ? {} : { properties }),
    ...(messageExpiry === undefined ? {} : { messageExpiry }),
  };
};

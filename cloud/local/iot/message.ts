/** MQTT 5 properties of a published message that AWS IoT Core hands on. User properties keep every value of a name. */
export type MessageProperties = {
  readonly userProperties: ReadonlyMap<string, readonly string[]>;
  readonly contentType?: string;
  readonly responseTopic?: string;
  readonly correlationData?: Buffer;
  readonly payloadIsUtf8?: boolean;
  readonly messageExpirySeconds?: number;
};

export const noProperties: MessageProperties = { userProperties: new Map() };

/** Who published: an MQTT client by its certificate's id, or (without client id) somebody over HTTPS by ARN. */
type Publisher = { readonly clientId?: string; readonly principal: string };

/** A published message on its way to rules and subscribers. */
export type Message = {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1;
  readonly retain: boolean;
  readonly properties: MessageProperties;
  readonly publisher: Publisher;
};

/** A message of IoT Core's own, with a JSON body. */
export const ownMessage = (topic: string, body: object): Message => ({
  topic,
  payload: Buffer.from(JSON.stringify(body)),
  qos: 1,
  retain: false,
  properties: noProperties,
  publisher: { principal: 'iot.amazonaws.com' },
});

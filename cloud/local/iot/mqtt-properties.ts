import type { PublishPacket } from 'aedes';
import type { MessageProperties } from './message.ts';

type WireProperties = NonNullable<PublishPacket['properties']>;

/** MQTT 5 properties as the wire codec has them, to ours. A name that occurs once is text there, a list if more. */
export const readProperties = (wire: WireProperties | undefined): MessageProperties => {
  const { contentType, responseTopic, correlationData, payloadFormatIndicator, messageExpiryInterval } =
    wire ?? {};
  return {
    userProperties: new Map(
      Object.entries(wire?.userProperties ?? {}).map(([name, value]) => [name, [value].flat()]),
    ),
    ...(contentType === undefined ? {} : { contentType }),
    ...(responseTopic === undefined ? {} : { responseTopic }),
    ...(correlationData === undefined ? {} : { correlationData }),
    ...(payloadFormatIndicator === undefined ? {} : { payloadIsUtf8: payloadFormatIndicator }),
    ...(messageExpiryInterval === undefined ? {} : { messageExpirySeconds: messageExpiryInterval }),
  };
};

/** The reverse of `readProperties`. */
export const writeProperties = (properties: MessageProperties): WireProperties => {
  const { userProperties, contentType, responseTopic, correlationData, payloadIsUtf8, messageExpirySeconds } =
    properties;
  const user = Object.fromEntries([...userProperties].map(([name, values]) => [name, [...values]]));
  return {
    ...(userProperties.size === 0 ? {} : { userProperties: user }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(responseTopic === undefined ? {} : { responseTopic }),
    ...(correlationData === undefined ? {} : { correlationData }),
    ...(payloadIsUtf8 === undefined ? {} : { payloadFormatIndicator: payloadIsUtf8 }),
    ...(messageExpirySeconds === undefined ? {} : { messageExpiryInterval: messageExpirySeconds }),
  };
};

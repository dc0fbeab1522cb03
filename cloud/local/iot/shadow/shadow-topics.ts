import { type DeviceReply, type DeviceService, jsonReply } from '../device-service.ts';
import { ShadowError, tokenOf } from './shadow-request.ts';
import type { ShadowKey } from './shadow-store.ts';
import type { Shadows } from './shadows.ts';

const requestTopic =
  /^(?<prefix>\$aws\/things\/(?<thing>[a-zA-Z0-9:_-]{1,128})\/shadow(?:\/name\/(?<shadow>[a-zA-Z0-9:_-]{1,64}))?)\/(?<operation>get|update|delete)$/;

/** Where a shadow's messages are published (AWS IoT developer guide, "Device Shadow MQTT topics"). */
export const shadowPrefix = ({ thing, shadow }: ShadowKey): string =>
  `$aws/things/${thing}/shadow${shadow === undefined ? '' : `/name/${shadow}`}`;

/** The shadow service over MQTT. A change is on disk before the request is acknowledged. */
export const makeShadowTopics = ({
  shadows,
  now,
}: {
  readonly shadows: Shadows;
  readonly now: () => number;
}): DeviceService => ({
  answers: (topic) => requestTopic.test(topic),
  acknowledgesAfterwards: true,
  async answer({ topic, payload }): Promise<readonly DeviceReply[]> {
    const { prefix = '', thing = '', shadow, operation } = requestTopic.exec(topic)?.groups ?? {};
    const key: ShadowKey = { thing, shadow };
    try {
      const { messages } =
        operation === 'update'
          ? shadows.update(key, payload)
          : operation === 'delete'
            ? shadows.delete(key, payload)
            : shadows.get(key, payload);
      return messages.map(({ ending, body }) => jsonReply('subscribers', `${prefix}/${ending}`, body));
    } catch (error) {
      if (!(error instanceof ShadowError)) throw error;
      const { code, message } = error;
      const timestamp = Math.floor(now() / 1000);
      const body = { code, message, timestamp, ...tokenOf(payload) };
      return [jsonReply('subscribers', `${topic}/rejected`, body)];
    }
  },
});

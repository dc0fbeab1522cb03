import type { Identity } from './authorizer.ts';
import { type Message, ownMessage } from './message.ts';

/** A device's request on a reserved topic. */
export type DeviceRequest = {
  readonly topic: string;
  readonly payload: Buffer;
  readonly identity: Identity;
};

/**
 * A message of IoT Core's own. Answers of fleet provisioning and Jobs go to the asker alone and pass neither rules nor
 * other subscribers; those of the shadow service are published like any message.
 */
export type DeviceReply = { readonly to: 'asker' | 'subscribers'; readonly message: Message };

/** A part of IoT Core that devices talk to by publishing to reserved `$aws/` topics. */
export interface DeviceService {
  /** Whether a publish to this topic is a request to this service. */
  answers(topic: string): boolean;
  /** Whether the PUBACK waits for the answer, so that what was acknowledged is on disk; else it is given at once. */
  readonly acknowledgesAfterwards: boolean;
  answer(request: DeviceRequest): Promise<readonly DeviceReply[]>;
}

/** A reply with a JSON body. */
export const jsonReply = (to: DeviceReply['to'], topic: string, body: object): DeviceReply => ({
  to,
  message: ownMessage(topic, body),
});

import type { Authorizer, Identity } from './authorizer.ts';
import { maxPayloadBytes } from './limits.ts';
import { basicIngestRoute, topicProblem } from './topics.ts';

/** MQTT 5 reason codes of a DISCONNECT (MQTT 5, section 3.14.2.1). */
export const reasonCodes = {
  topicFilterInvalid: 143,
  topicNameInvalid: 144,
  packetTooLarge: 149,
  quotaExceeded: 151,
  administrativeAction: 152,
  qosNotSupported: 155,
  subscriptionIdentifiersNotSupported: 161,
} as const;

/** Denied keeps the connection (reason code 135 in the acknowledgement); `disconnect` ends it, for breaches of protocol. */
export type Admission =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'denied'; readonly reason: string }
  | { readonly kind: 'disconnect'; readonly reasonCode: number; readonly reason: string };

const allowed: Admission = { kind: 'allowed' };
const denied = (reason: string): Admission => ({ kind: 'denied', reason });

type PublishRequest = {
  readonly topic: string;
  readonly qos: number;
  readonly retain: boolean;
  readonly payloadBytes: number;
};

type SubscribeRequest = {
  readonly filter: string;
  readonly qos: number;
  readonly hasIdentifier: boolean;
};

/** What a connection may do, decided from policies and quotas alone. */
export interface Admissions {
  connect(identity: Identity): Admission;
  publish(identity: Identity, request: PublishRequest): Admission;
  subscribe(identity: Identity, request: SubscribeRequest): Admission;
  /** Whether a message on its way to a subscriber may reach it. */
  receive(identity: Identity, topic: string): boolean;
}

/** `answers` says for which reserved `$aws/` request topics this IoT Core has an answer. */
export const makeAdmissions = ({
  authorizer,
  answers,
}: {
  readonly authorizer: Pick<Authorizer, 'allows'>;
  readonly answers: (topic: string) => boolean;
}): Admissions => ({
  connect(identity) {
    return authorizer.allows(identity, 'iot:Connect', `client/${identity.clientId}`)
      ? allowed
      : denied('no attached policy allows iot:Connect with this client id');
  },

  publish(identity, { topic, qos, retain, payloadBytes }) {
    if (qos > 1) {
      return {
        kind: 'disconnect',
        reasonCode: reasonCodes.qosNotSupported,
        reason: 'QoS 2 is not supported',
      };
    }
    if (payloadBytes > maxPayloadBytes) {
      const reason = `the payload is larger than ${maxPayloadBytes} bytes`;
      return { kind: 'disconnect', reasonCode: reasonCodes.packetTooLarge, reason };
    }
    const problem = topicProblem(topic);
    if (problem !== undefined) {
      return { kind: 'disconnect', reasonCode: reasonCodes.topicNameInvalid, reason: problem };
    }
    if (!authorizer.allows(identity, 'iot:Publish', `topic/${topic}`)) {
      return denied('no attached policy allows iot:Publish on this topic');
    }
    if (topic.startsWith('$') && basicIngestRoute(topic) === undefined && !answers(topic)) {
      return denied('this reserved topic is not answered here');
    }
    if (!retain) return allowed;
    if (topic.startsWith('$')) return denied('messages on reserved topics cannot be retained');
    return authorizer.allows(identity, 'iot:RetainPublish', `topic/${topic}`)
      ? allowed
      : denied('no attached policy allows iot:RetainPublish on this topic');
  },

  subscribe(identity, { filter, qos, hasIdentifier }) {
    if (hasIdentifier) {
      const reasonCode = reasonCodes.subscriptionIdentifiersNotSupported;
      return { kind: 'disconnect', reasonCode, reason: 'subscription identifiers are not supported' };
    }
    const problem = topicProblem(filter);
    if (problem !== undefined) {
      return { kind: 'disconnect', reasonCode: reasonCodes.topicFilterInvalid, reason: problem };
    }
    if (qos > 1) return denied('QoS 2 is not supported');
    if (filter.startsWith('$aws/rules/')) return denied('Basic Ingest topics cannot be subscribed to');
    if (filter.startsWith('$') && !filter.startsWith('$aws/')) return denied('this filter is reserved');
    return authorizer.allows(identity, 'iot:Subscribe', `topicfilter/${filter}`)
      ? allowed
      : denied('no attached policy allows iot:Subscribe on this filter');
  },

  receive(identity, topic) {
    // Requests to IoT Core itself are for IoT Core alone.
    if (basicIngestRoute(topic) !== undefined || answers(topic)) return false;
    return authorizer.allows(identity, 'iot:Receive', `topic/${topic}`);
  },
});

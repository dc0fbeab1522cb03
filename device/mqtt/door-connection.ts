import { mqtt5 } from 'aws-iot-device-sdk-v2';
import type { DeviceConfiguration } from '#contract/provisioning.ts';
import { shadowTopic } from '#contract/shadow.ts';
import type { Verdict } from '#contract/verdict.ts';
import type { Reporter } from '../health/report.ts';
import type { Log } from '../log.ts';
import type { Publisher, PublishResult } from '../outbox/publisher.ts';
import { crtErrorCode, type MqttSettings, makeMqttClient, stopMqttClient } from './client.ts';
import { doorMessage } from './door-message.ts';
import { makeVerdictReceiver } from './verdict-message.ts';

export type ConnectionState = 'offline' | 'online' | 'taken_over' | 'stopped';

/** The door's one connection to the cloud. */
export interface DoorConnection extends Publisher, Reporter {
  /** Connects, and stays connected with jittered retries until stop(). Returns at once. */
  start(): void;
  state(): ConnectionState;
  /** Resolves when the cloud knows that we left, or at once when it was never started. */
  stop(): Promise<void>;
}

/** What the broker says when another client connects with our id (MQTT 5 section 3.14.2.1). */
const sessionTakenOver = 142;
const granted = 1;

/**
 * Makes the connection of a provisioned door. `onVerdict` gets every valid verdict; `onTakenOver` is called once when another
 * client uses this door's identity: retrying would start an endless fight, so the caller has to give up.
 */
export const makeDoorConnection = ({
  topics,
  log,
  onVerdict,
  onTakenOver,
  ...settings
}: MqttSettings & {
  readonly topics: DeviceConfiguration;
  readonly log: Log;
  readonly onVerdict: (verdict: Verdict) => void;
  readonly onTakenOver: () => void;
}): DoorConnection => {
  const client = makeMqttClient(settings);
  const receive = makeVerdictReceiver({ log, onVerdict });
  const waiting = new Set<() => void>();
  let state: ConnectionState = 'offline';
  let started = false;
  let ending: Promise<void> | undefined;

  const end = (): Promise<void> => {
    ending ??= started ? stopMqttClient(client) : Promise.resolve(client.close());
    return ending;
  };

  const subscribe = async () => {
    try {
      const answer = await client.subscribe({
        subscriptions: [{ topicFilter: topics.verdictsTopic, qos: mqtt5.QoS.AtLeastOnce }],
      });
      const reasonCode = answer.reasonCodes[0] ?? mqtt5.SubackReasonCode.UnspecifiedError;
      if (reasonCode > granted) log.event('mqtt.subscribe_refused', { reasonCode });
    } catch (error) {
      log.event('mqtt.subscribe_refused', { why: crtErrorCode(error) });
    }
  };

  client.on('connectionSuccess', ({ connack }) => {
    state = 'online';
    log.event('mqtt.connected', { rejoinedSession: connack.sessionPresent });
    // Also after a rejoined session: the broker may have forgotten it, and subscribing twice costs nothing.
    void subscribe();
    for (const go of [...waiting]) go();
  });
  client.on('connectionFailure', ({ error, connack }) => {
    log.event('mqtt.connect_failed', { why: crtErrorCode(error), reasonCode: connack?.reasonCode });
  });
  client.on('disconnection', ({ error, disconnect }) => {
    const reasonCode = disconnect?.reasonCode;
    if (state === 'online') state = 'offline';
    if (reasonCode !== sessionTakenOver) {
      if (state !== 'stopped') log.event('mqtt.disconnected', { why: crtErrorCode(error), reasonCode });
      return;
    }
    state = 'taken_over';
    log.event('mqtt.taken_over', { reasonCode });
    void end();
    onTakenOver();
  });
  client.on('messageReceived', ({ message }) => receive(message.payload));
  client.on('error', (error) => log.event('mqtt.failed', { why: crtErrorCode(error) }));

  const ready = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (state === 'online' || signal.aborted) return resolve();
      const go = () => {
        waiting.delete(go);
        signal.removeEventListener('abort', go);
        resolve();
      };
      waiting.add(go);
      signal.addEventListener('abort', go);
    });

  return {
    start: () => {
      started = true;
      client.start();
    },
    state: () => state,
    ready,
    publish: async (entry): Promise<PublishResult> => {
      try {
        const puback = await client.publish(doorMessage(entry, topics));
        return puback
          ? { kind: 'puback', reasonCode: puback.reasonCode }
          : { kind: 'failed', why: 'no_puback', never: false };
      } catch (error) {
        const why = crtErrorCode(error);
        return { kind: 'failed', why, never: /VALIDATION/.test(why) };
      }
    },
    report: async (report) => {
      try {
        const puback = await client.publish({
          topicName: shadowTopic(settings.clientId, 'update'),
          qos: mqtt5.QoS.AtLeastOnce,
          payload: JSON.stringify({ state: { reported: report } }),
          contentType: 'application/json',
        });
        if (puback?.reasonCode) log.event('mqtt.report_failed', { reasonCode: puback.reasonCode });
      } catch (error) {
        log.event('mqtt.report_failed', { why: crtErrorCode(error) });
      }
    },
    stop: async () => {
      if (state === 'stopped') return;
      state = 'stopped';
      await end();
      log.event('mqtt.stopped');
    },
  };
};

import { mqtt5 } from 'aws-iot-device-sdk-v2';
import type { DeviceConfiguration } from '#contract/provisioning.ts';
import { sightingProperty } from '#contract/topics.ts';
import type { StoredEntry } from '../outbox/entry-file.ts';

/**
 * The PUBLISH packet of an entry: a sighting is its raw JPEG with the facts in one user property, a passage is its facts as
 * JSON. The same entry always gives the same packet.
 */
export const doorMessage = (
  entry: StoredEntry,
  topics: Pick<DeviceConfiguration, 'sightingsTopic' | 'passagesTopic'>,
): mqtt5.PublishPacket =>
  entry.kind === 'sighting'
    ? {
        topicName: topics.sightingsTopic,
        qos: mqtt5.QoS.AtLeastOnce,
        payload: entry.jpeg,
        contentType: 'image/jpeg',
        userProperties: [{ name: sightingProperty, value: entry.facts }],
      }
    : {
        topicName: topics.passagesTopic,
        qos: mqtt5.QoS.AtLeastOnce,
        payload: Buffer.from(entry.facts),
        contentType: 'application/json',
        payloadFormat: mqtt5.PayloadFormatIndicator.Utf8,
      };

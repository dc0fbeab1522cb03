import { expect, it } from 'vitest';
import { golden } from '#contract/golden.ts';
import { DeviceConfiguration } from '#contract/provisioning.ts';
import { decodeEntry, encodeEntry } from '../outbox/entry-file.ts';
import { examplePassage, examplePicture, exampleSighting } from '../outbox/examples.ts';
import type { Entry, NewEntry } from '../outbox/outbox.ts';
import { doorMessage } from './door-message.ts';

const topics = DeviceConfiguration.parse(golden('device-configuration'));

/** The packet of an entry that has been through its file. */
const packetOf = (entry: NewEntry) => {
  const stored = decodeEntry(encodeEntry({ ...entry, facts: { ...entry.facts, seq: 41 } } as Entry));
  if (!stored) throw new Error('the entry did not survive its file');
  return doorMessage(stored, topics);
};

it('sends a sighting as its raw JPEG with the facts in one user property', () => {
  const packet = packetOf(exampleSighting('a'));
  expect(packet).toMatchObject({ topicName: topics.sightingsTopic, qos: 1, contentType: 'image/jpeg' });
  expect(packet.payload).toEqual(examplePicture('a'));
  expect(packet.userProperties?.map(({ name }) => name)).toEqual(['sighting']);
  expect(JSON.parse(packet.userProperties?.[0]?.value ?? '')).toEqual({
    ...exampleSighting().facts,
    seq: 41,
  });
});

it('sends a passage as JSON without a picture', () => {
  const packet = packetOf(examplePassage());
  expect(packet).toMatchObject({ topicName: topics.passagesTopic, qos: 1, contentType: 'application/json' });
  expect(packet.userProperties).toBeUndefined();
  expect(JSON.parse(String(packet.payload))).toEqual({ ...examplePassage().facts, seq: 41 });
});

it('makes the same packet of the same entry every time', () => {
  expect(packetOf(exampleSighting('a'))).toEqual(packetOf(exampleSighting('a')));
});

import { golden } from '#contract/golden.ts';
import { Passage, Sighting } from '#contract/sighting.ts';
import type { NewEntry } from './outbox.ts';

/** Entries for tests, made from the contract's golden examples. */
const { seq: _sightingSeq, ...sightingFacts } = Sighting.parse(golden('sighting'));
const { seq: _passageSeq, ...passageFacts } = Passage.parse(golden('passage'));

/** A picture that says who it is; only its first bytes look like a JPEG. */
export const examplePicture = (tag: string, bytes = 2_000): Buffer =>
  Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(tag), Buffer.alloc(bytes, 7)]);

export const exampleSighting = (tag = 'picture', bytes?: number): NewEntry => ({
  kind: 'sighting',
  facts: sightingFacts,
  jpeg: examplePicture(tag, bytes),
});

export const examplePassage = (): NewEntry => ({ kind: 'passage', facts: passageFacts });

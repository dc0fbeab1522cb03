import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Instant } from '#contract/names.ts';
import type { RejectionReason } from '#contract/reason.ts';
import {
  maxCropBytes,
  minCropSidePx,
  Passage,
  PassageEvent,
  Sighting,
  SightingEvent,
} from '#contract/sighting.ts';
import { OperatorError } from '../errors.ts';
import { readJpegSize } from '../jpeg.ts';

type Envelope = { readonly thing: string; readonly receivedAt: Instant };
export type SightingDelivery = Envelope & {
  readonly kind: 'sighting';
  readonly sighting: Sighting;
  readonly image: Uint8Array;
};
type PassageDelivery = Envelope & { readonly kind: 'passage'; readonly passage: Passage };
export type RejectedDelivery = Envelope & {
  readonly kind: 'rejected';
  readonly reason: RejectionReason;
  readonly outcome: 'error' | 'no_usable_face';
  readonly passageId: string;
  readonly attempt: 1 | 2;
  readonly seq: number | null;
  readonly capturedAt: Instant;
  /** Whether the door can recognise its own sighting in a verdict. */
  readonly answerable: boolean;
};
export type Delivery = SightingDelivery | PassageDelivery | RejectedDelivery;

/** What is needed of a sighting that is otherwise not valid, to answer for it and to know it again. */
const Recognisable = z.object(Sighting.pick({ passageId: true, attempt: true }).shape);

/**
 * Reads what a rule handed over. What the door got wrong comes back as `rejected`;
 * an event that no rule of ours makes is an operator's error and thrown.
 */
export const parseDelivery = (event: unknown): Delivery => {
  const sighting = SightingEvent.safeParse(event);
  if (sighting.success) return parseSighting(sighting.data);
  const passage = PassageEvent.safeParse(event);
  if (passage.success) return parsePassage(passage.data);
  throw new OperatorError(
    'event_not_understood',
    'compare the SQL of the IoT rules with cloud/contract/sighting.ts',
  );
};

const parseSighting = (event: SightingEvent): Delivery => {
  const envelope = envelopeOf(event);
  const image = Buffer.from(event.image, 'base64');
  if (event.sighting === undefined) return unreadable(envelope, image, 'property_missing');
  const json = parseJson(event.sighting);
  if (json === undefined) return unreadable(envelope, image, 'property_not_json');
  const parsed = Sighting.safeParse(json);
  if (!parsed.success) {
    const known = Recognisable.safeParse(json);
    if (!known.success) return unreadable(envelope, image, 'sighting_not_valid');
    return {
      ...envelope,
      ...known.data,
      kind: 'rejected',
      reason: 'sighting_not_valid',
      outcome: 'error',
      seq: null,
      capturedAt: envelope.receivedAt,
      answerable: true,
    };
  }
  const sighting = parsed.data;
  const problem = pictureProblem(image);
  return problem === null
    ? { ...envelope, kind: 'sighting', sighting, image }
    : rejected(envelope, sighting, problem);
};

const parsePassage = (event: PassageEvent): Delivery => {
  const envelope = envelopeOf(event);
  const bytes = Buffer.from(event.passage, 'base64');
  const json = parseJson(bytes.toString('utf8'));
  if (json === undefined) return unreadable(envelope, bytes, 'passage_not_json');
  const parsed = Passage.safeParse(json);
  return parsed.success
    ? { ...envelope, kind: 'passage', passage: parsed.data }
    : unreadable(envelope, bytes, 'passage_not_valid');
};

const pictureProblem = (image: Uint8Array): RejectionReason | null => {
  if (image.byteLength > maxCropBytes) return 'picture_too_large';
  const size = readJpegSize(image);
  if (size === null) return 'not_a_jpeg';
  return Math.min(size.width, size.height) < minCropSidePx ? 'picture_too_small' : null;
};

/** A refused delivery whose sighting could be read. */
export const rejected = (
  { thing, receivedAt }: Envelope,
  { passageId, attempt, seq, capturedAt }: Pick<Sighting, 'passageId' | 'attempt' | 'seq' | 'capturedAt'>,
  reason: RejectionReason,
): RejectedDelivery => ({
  kind: 'rejected',
  thing,
  receivedAt,
  reason,
  outcome: reason === 'picture_too_small' ? 'no_usable_face' : 'error',
  passageId,
  attempt,
  seq,
  capturedAt,
  answerable: true,
});

/** A refused delivery without a usable id: it gets one from its content, so that every try records the same item. */
export const unreadable = (
  { thing, receivedAt }: Envelope,
  content: Uint8Array,
  reason: RejectionReason,
): RejectedDelivery => {
  const digest = createHash('sha256').update(`${thing}\n${receivedAt}\n`).update(content).digest('hex');
  return {
    kind: 'rejected',
    thing,
    receivedAt,
    reason,
    outcome: 'error',
    passageId: `rejected-${digest.slice(0, 32)}`,
    attempt: 1,
    seq: null,
    capturedAt: receivedAt,
    answerable: false,
  };
};

const envelopeOf = (event: { readonly thingName: string; readonly receivedAt: number }): Envelope => ({
  thing: event.thingName,
  receivedAt: new Date(event.receivedAt).toISOString(),
});

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

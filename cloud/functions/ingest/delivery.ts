import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Instant } from '#contract/names.ts';
import type { RejectionReason } from '#contract/reason.ts';
import { Passage, PassageEvent, Sighting, SightingEvent } from '#contract/sighting.ts';
import { captureTime } from '../../domain/capture-time.ts';
import { OperatorError } from '../errors.ts';
import type { DeliveryIds } from '../log.ts';
import { pictureProblem } from './picture-problem.ts';

type Envelope = { readonly thing: string; readonly receivedAt: Instant };
export type SightingDelivery = Envelope & {
  readonly kind: 'sighting';
  readonly sighting: Sighting;
  readonly image: Uint8Array;
};
export type PassageDelivery = Envelope & { readonly kind: 'passage'; readonly passage: Passage };
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

/** Which delivery it is, for logs and receipts. A passage without a picture has one attempt. */
export const idsOf = (delivery: Delivery): DeliveryIds => {
  const { thing } = delivery;
  if (delivery.kind === 'rejected') {
    const { passageId, attempt, seq } = delivery;
    return { thing, passageId, attempt, seq };
  }
  if (delivery.kind === 'passage')
    return { thing, passageId: delivery.passage.passageId, attempt: 1, seq: delivery.passage.seq };
  const { passageId, attempt, seq } = delivery.sighting;
  return { thing, passageId, attempt, seq };
};

/** What can be made out of facts that are otherwise not valid: to answer for them, and so that their number is no gap. */
const Recognised = z.object({
  passageId: Sighting.shape.passageId.optional().catch(undefined),
  attempt: Sighting.shape.attempt.optional().catch(undefined),
  seq: Sighting.shape.seq.optional().catch(undefined),
});
type Recognised = z.infer<typeof Recognised>;

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
    const known = recognise(json);
    const { passageId, attempt } = known;
    return passageId === undefined || attempt === undefined
      ? unreadable(envelope, image, 'sighting_not_valid', known)
      : rejected(envelope, { ...known, passageId, attempt }, 'sighting_not_valid');
  }
  const delivery = { ...envelope, kind: 'sighting' as const, sighting: parsed.data, image };
  const problem = pictureProblem(image);
  return problem === null ? delivery : refused(delivery, problem);
};

const parsePassage = (event: PassageEvent): Delivery => {
  const envelope = envelopeOf(event);
  const bytes = Buffer.from(event.passage, 'base64');
  const json = parseJson(bytes.toString('utf8'));
  if (json === undefined) return unreadable(envelope, bytes, 'passage_not_json');
  const parsed = Passage.safeParse(json);
  return parsed.success
    ? { ...envelope, kind: 'passage', passage: parsed.data }
    : unreadable(envelope, bytes, 'passage_not_valid', recognise(json));
};

/** A delivery that could be read but is refused. A passage has no door waiting for its verdict. */
export const refused = (
  delivery: SightingDelivery | PassageDelivery,
  reason: RejectionReason,
): RejectedDelivery => {
  const { receivedAt } = delivery;
  if (delivery.kind === 'sighting') {
    const { at } = captureTime(delivery.sighting, receivedAt, null);
    return { ...rejected(delivery, delivery.sighting, reason), capturedAt: at };
  }
  const { passage } = delivery;
  const { at } = captureTime(passage, receivedAt, null);
  return { ...rejected(delivery, { ...passage, attempt: 1 }, reason), capturedAt: at, answerable: false };
};

/** A delivery of a passage that another door began: recorded under an id of its own, and answered to nobody. */
export const unowned = (delivery: Delivery): RejectedDelivery => {
  const { passageId, attempt, seq } = idsOf(delivery);
  const content = Buffer.from(`${passageId}/${attempt}`);
  return unreadable(delivery, content, 'passage_of_another_door', seq === null ? {} : { seq });
};

const rejected = (
  { thing, receivedAt }: Envelope,
  { passageId, attempt, seq }: Recognised & Pick<Sighting, 'passageId' | 'attempt'>,
  reason: RejectionReason,
): RejectedDelivery => ({
  kind: 'rejected',
  thing,
  receivedAt,
  reason,
  outcome: reason === 'picture_too_small' ? 'no_usable_face' : 'error',
  passageId,
  attempt,
  seq: seq ?? null,
  capturedAt: receivedAt,
  answerable: true,
});

/** A refused delivery without a usable id: it gets one from its content, so that every try records the same item. */
const unreadable = (
  { thing, receivedAt }: Envelope,
  content: Uint8Array,
  reason: RejectionReason,
  { seq }: Recognised = {},
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
    seq: seq ?? null,
    capturedAt: receivedAt,
    answerable: false,
  };
};

const recognise = (json: unknown): Recognised => Recognised.safeParse(json).data ?? {};

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

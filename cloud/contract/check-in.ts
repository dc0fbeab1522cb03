import * as z from 'zod';
import { PunchItem } from './api.ts';
import { Direction } from './outcome.ts';

/** POST /check-in: the body is the JPEG itself. */
export const maxCheckInBytes = 4_000_000;
/** A face smaller than this a side, in pixels of the picture, is asked for again from nearer. */
export const minCheckInFacePx = 80;

/** What became of a picture that somebody sent to mark their attendance. Only `matched` makes a punch. */
export const CheckInOutcome = z.enum([
  'matched',
  /** The face is not the signed-in person's, or not surely. */
  'not_you',
  'no_face',
  'several_faces',
  'too_small',
  'no_consent',
  /** No face reference has been enrolled for the signed-in person. */
  'not_enrolled',
  /** It matched, but a punch was counted moments before: kept, not counted. */
  'duplicate',
  /** This very picture made a punch some while ago, so it is no proof of being here now. */
  'used_before',
  /** The searches that may be bought this month are used up; the PIN still works. */
  'not_searched',
]);
export type CheckInOutcome = z.infer<typeof CheckInOutcome>;

export const CheckInAnswer = z.strictObject({
  outcome: CheckInOutcome,
  /** What the person can do about it, in words; empty when there is nothing to do. */
  detail: z.string(),
  /** The punch: of this check-in when matched, the one that counted when duplicate, that of then when used before; else null. */
  punch: PunchItem.nullable(),
});
export type CheckInAnswer = z.infer<typeof CheckInAnswer>;

/** Four to eight digits. */
export const Pin = z.string().regex(/^\d{4,8}$/, 'a PIN is 4 to 8 digits');

/** PUT /people/{id}/pin and PUT /me/pin */
export const NewPin = z.strictObject({ pin: Pin });
export type NewPin = z.infer<typeof NewPin>;

/** POST /punches/pin: the equal non-biometric way. */
export const PinPunch = z.strictObject({
  number: z.string().trim().min(1).max(40),
  pin: Pin,
  direction: Direction.optional(),
});
export type PinPunch = z.infer<typeof PinPunch>;

export const PinAnswer = z.strictObject({
  outcome: z.enum(['matched', 'duplicate']),
  name: z.string(),
  direction: Direction,
  /** The site's wall clock. */
  localTime: z.string(),
});
export type PinAnswer = z.infer<typeof PinAnswer>;

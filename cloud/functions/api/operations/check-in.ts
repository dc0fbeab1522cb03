import * as z from 'zod';
import { CheckInAnswer, PinAnswer, PinPunch } from '#contract/check-in.ts';
import { Direction } from '#contract/outcome.ts';
import { operation } from '../operation.ts';

/** Marking one's own attendance, by face or by PIN. */
export const checkInOperations = {
  checkIn: operation({
    summary: 'Marks one’s own attendance with a picture of one’s face.',
    query: z.strictObject({ direction: Direction.optional() }),
    body: 'image/jpeg',
    answer: CheckInAnswer,
    repeated: 'same_answer',
  }),
  punchByPin: operation({
    summary: 'Marks attendance at a kiosk by person number and PIN.',
    body: PinPunch,
    answer: PinAnswer,
    repeated: 'same_answer',
  }),
} as const;

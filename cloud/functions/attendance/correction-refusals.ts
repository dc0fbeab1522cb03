import type { decideCorrection, requestCorrection } from '../../domain/corrections/correct.ts';
import type { Obstacle } from '../../domain/corrections/obstacle.ts';
import { Refusal } from '../api/refusal.ts';

type Refused = Extract<
  ReturnType<typeof requestCorrection> | ReturnType<typeof decideCorrection>,
  { readonly refused: unknown }
>['refused'];

/** The rules’ “no” to a request or a decision, as an answer of the API. */
export const refusalOf = (refused: Refused): Refusal => {
  switch (refused.why) {
    case 'in_the_future':
      return new Refusal(422, 'That time has not come yet; a correction is about what has happened.');
    case 'changes_nothing':
      return new Refusal(422, 'The punch is like that already; say what is to be different.');
    case 'period_locked':
      return new Refusal(
        409,
        `The pay period of ${refused.dates.join(', ')} is closed; ask an administrator, who may still change it.`,
      );
    case 'own_day':
      return new Refusal(403, 'Nobody decides about their own day; ask another manager or HR.');
    case 'own_request':
      return new Refusal(403, 'Nobody decides what they asked for themselves; ask another manager or HR.');
    case 'already_decided':
      return new Refusal(409, `This was ${refused.decision.decision} already; read it again.`);
  }
};

/** What stands in the way of asking. */
export const obstacleToAsking = (obstacle: Obstacle): Refusal => {
  switch (obstacle) {
    case 'not_as_named':
      return new Refusal(
        422,
        'There is no such punch, or it is not (or no longer) as you name it; read the day again.',
      );
    case 'waiting_already':
      return new Refusal(409, 'The same correction waits for a decision already.');
    case 'done_already':
      return new Refusal(409, 'That punch has been added already.');
  }
};

/** What stands in the way of approving; to refuse is always possible. */
export const obstacleToApproval = (obstacle: Obstacle): Refusal =>
  new Refusal(
    409,
    obstacle === 'not_as_named'
      ? 'The punch was changed by another correction since this was asked; refuse it, and have it asked anew.'
      : 'The same correction was approved already; refuse this one.',
  );

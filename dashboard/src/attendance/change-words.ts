import type { Change, CorrectionItem, CorrectionState } from '#contract/correction.ts';
import type { Direction, DoorDirection } from '#contract/outcome.ts';
import type { TagIcon, TagTone } from '../components/tag.tsx';
import { clockAndDate } from '../words/clock-words.ts';

const ways: Readonly<Record<DoorDirection, string>> = { in: 'In', out: 'Out', auto: 'In or out' };
export const directionWords = (direction: Direction): string => ways[direction];

const names: Readonly<Record<Change['action'], string>> = {
  add: 'Add a forgotten punch',
  void: 'Do not count a punch',
  retime: 'Change the time of a punch',
  reclassify: 'Change the direction of a punch',
};
export const actionWords = (action: Change['action']): string => names[action];

/** What stands before a change and what after it, at the site's clock. */
export const changeWords = (
  change: Change,
  timeZone: string,
): { readonly before: string; readonly after: string } => {
  const moment = (instant: string): string => clockAndDate(instant, timeZone);
  switch (change.action) {
    case 'add':
      return { before: 'No punch', after: `${ways[change.direction]} at ${moment(change.at)}` };
    case 'void':
      return { before: punch(change.punch.via, moment(change.punch.at)), after: 'Not counted' };
    case 'retime':
      return {
        before: punch(change.punch.via, moment(change.punch.at)),
        after: punch(change.punch.via, moment(change.to)),
      };
    case 'reclassify':
      return {
        before: punch(change.punch.via, moment(change.punch.at)),
        after: punch(change.direction, moment(change.punch.at)),
      };
  }
};

const punch = (via: DoorDirection, moment: string): string =>
  via === 'auto' ? `Punch at ${moment}` : `${ways[via]} at ${moment}`;

const states: Readonly<
  Record<CorrectionState, { readonly words: string; readonly tone: TagTone; readonly icon: TagIcon }>
> = {
  waiting: { words: 'Waiting', tone: 'unknown', icon: 'clock' },
  approved: { words: 'Approved', tone: 'in', icon: 'check' },
  refused: { words: 'Refused', tone: 'problem', icon: 'cross' },
};
export const correctionLook = (state: CorrectionState) => states[state];

/** Why somebody who may decide corrections may not decide this one; undefined when they may. */
export const whyNotDecide = (
  { person, asked }: Pick<CorrectionItem, 'person' | 'asked'>,
  me: { readonly sub: string; readonly person: { readonly id: string } | null },
): string | undefined => {
  if (person.id === me.person?.id) return 'It is about your own day, so somebody else must decide.';
  const askedMyself = asked.by.sub === me.sub || (me.person !== null && asked.by.person?.id === me.person.id);
  return askedMyself ? 'You asked for it yourself, so somebody else must decide.' : undefined;
};

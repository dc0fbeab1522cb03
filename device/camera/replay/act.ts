import type { Look } from './script.ts';
import type { Picture, Place } from './walk.ts';

/** Someone or something in a film. */
export type Performer = {
  readonly personId: string;
  readonly look: Look;
  /**
   * `picture` is a portrait in a frame, `smear` a person's outline without a face, as something far out of focus; `thing` has nothing
   * of a person.
   */
  readonly shape: 'person' | 'picture' | 'smear' | 'thing';
  readonly placeAt: (atMs: number, picture: Picture) => Place | null;
};

/** One person's part in a film. `passage` counts the film's passages from 0. */
export type Passer = Performer & { readonly passage: number; readonly fromMs: number; readonly toMs: number };

/** What belongs together in a film: who and what is in the picture from one empty stretch to the next. */
export type Act = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly passers: readonly Passer[];
  /** What moves and is no passage: things, and people who only show their backs. */
  readonly others: readonly Performer[];
};

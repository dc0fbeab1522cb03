import type { Verdict } from '#contract/verdict.ts';
import type { Feedback } from './feedback.ts';

/** Where the lines go; `isTTY` tells a screen, which forgets, from a file or a journal, which does not. */
export type Screen = { readonly isTTY?: boolean; write(text: string): unknown };

/**
 * Tells the person at the door in lines of text. `names` is `on_a_terminal` wherever the lines might be kept: a journal must
 * not hold who came when.
 */
export const makeConsoleFeedback = (screen: Screen, names: 'on_a_terminal' | 'always'): Feedback => {
  const namesAllowed = names === 'always' || screen.isTTY === true;
  const say = (line: string) => void screen.write(`${line}\n`);
  return {
    saved: () => say('… saved, waiting'),
    show: (verdict) => say(lineOf(verdict, namesAllowed)),
  };
};

const lineOf = ({ outcome, name, direction }: Verdict, namesAllowed: boolean): string => {
  switch (outcome) {
    case 'matched': {
      const greeting = direction === 'out' ? 'goodbye' : 'welcome';
      const who = namesAllowed && name ? `, ${printable(name)}` : '';
      return `✓ ${greeting}${who}${direction ? ` (${direction})` : ''}`;
    }
    case 'ambiguous':
    case 'unknown':
      return '? not recognised';
    case 'no_usable_face':
      return '? no clear picture, please look at the camera';
    case 'error':
      return '! not decided, please use the other way to clock in';
  }
};

/** A name without characters that would command the terminal. */
const printable = (name: string): string => name.replace(/\p{C}/gu, '');

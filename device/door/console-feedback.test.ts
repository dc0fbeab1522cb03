import { describe, expect, it } from 'vitest';
import { golden } from '#contract/golden.ts';
import { Verdict } from '#contract/verdict.ts';
import { examplePassage, exampleSighting } from '../outbox/examples.ts';
import { announcingOutbox } from './announcing-outbox.ts';
import { makeConsoleFeedback } from './console-feedback.ts';

const matched = Verdict.parse(golden('verdict-matched'));
const unknown = Verdict.parse(golden('verdict-unknown'));

const shown = (isTTY: boolean, verdict: Verdict, names: 'on_a_terminal' | 'always' = 'on_a_terminal') => {
  let text = '';
  makeConsoleFeedback({ isTTY, write: (more) => (text += more) }, names).show(verdict);
  return text;
};

describe('the person at the door reads', () => {
  it('a welcome with their name and direction', () => {
    expect(shown(true, matched)).toBe('✓ welcome, Ada Example (in)\n');
    expect(shown(true, { ...matched, direction: 'out' })).toBe('✓ goodbye, Ada Example (out)\n');
  });

  it('no name where the line would be kept, unless that was asked for', () => {
    expect(shown(false, matched)).toBe('✓ welcome (in)\n');
    expect(shown(false, matched, 'always')).toBe('✓ welcome, Ada Example (in)\n');
  });

  it('that they were not recognised, whether unknown or ambiguous', () => {
    expect(shown(true, unknown)).toBe('? not recognised\n');
    expect(shown(true, { ...unknown, outcome: 'ambiguous' })).toBe('? not recognised\n');
  });

  it('what to do when there was no clear picture or no decision', () => {
    expect(shown(true, { ...unknown, outcome: 'no_usable_face' })).toContain('look at the camera');
    expect(shown(true, { ...unknown, outcome: 'error' })).toContain('other way');
  });

  it('a name that cannot command the terminal', () => {
    expect(shown(true, { ...matched, name: '\u001b[2JAda\n' })).toBe('✓ welcome, [2JAda (in)\n');
  });
});

describe('"saved"', () => {
  const add = async (entry: Parameters<Parameters<typeof announcingOutbox>[0]['add']>[0], fails = false) => {
    const told: string[] = [];
    const outbox = announcingOutbox(
      {
        add: async () => {
          told.push('on disk');
          if (fails) throw new Error('the card is full');
          return 1;
        },
      },
      { saved: () => told.push('saved') },
    );
    await outbox.add(entry).catch(() => undefined);
    return told;
  };

  it('is said once the picture is safe, and only then', async () => {
    expect(await add(exampleSighting())).toEqual(['on disk', 'saved']);
    expect(await add(exampleSighting(), true)).toEqual(['on disk']);
  });

  it('is not said of a passage without a picture', async () => {
    expect(await add(examplePassage())).toEqual(['on disk']);
  });
});

import { describe, expect, it } from 'vitest';
import type { Draft } from './correction-draft.ts';
import { forgetDraft, keepDraft, keptDraft } from './kept-draft.ts';

const tab = () => {
  const kept = new Map<string, string>();
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  };
};
const draft: Draft = {
  action: 'add',
  punchId: '',
  date: '2026-11-20',
  time: '17:30',
  fold: 'earlier',
  direction: 'out',
};
const of = { sub: 'sub-ada', person: 'p-7f3a', date: '2026-11-20' };

describe('a correction that was being written when the sign-in ended', () => {
  it('is there again for the same person and day, until it is forgotten', () => {
    const store = tab();
    keepDraft(store, of, { draft, reason: 'Forgot.' });
    expect(keptDraft(store, of)).toEqual({ draft, reason: 'Forgot.' });
    forgetDraft(store);
    expect(keptDraft(store, of)).toBeUndefined();
  });

  it('is not shown to somebody else who signs in, nor on another day', () => {
    const store = tab();
    keepDraft(store, of, { draft, reason: 'Forgot.' });
    expect(keptDraft(store, { ...of, sub: 'sub-grace' })).toBeUndefined();
    expect(keptDraft(store, { ...of, date: '2026-11-19' })).toBeUndefined();
  });

  it('is nothing when what is kept is of another version, or the browser keeps nothing', () => {
    const store = tab();
    store.setItem('rollcall.correction', JSON.stringify({ ...of, draft: { ...draft, action: 'undo' } }));
    expect(keptDraft(store, of)).toBeUndefined();
    const refuses = {
      setItem() {
        throw new Error('quota');
      },
    };
    expect(() => keepDraft(refuses, of, { draft, reason: 'Forgot.' })).not.toThrow();
  });
});

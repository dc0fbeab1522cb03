import { describe, expect, it } from 'vitest';
import { decideMatch } from './match.ts';

const rule = { acceptSimilarity: 99, margin: 2 };

describe('deciding who a face is', () => {
  it('knows nobody when the search found nothing', () => {
    expect(decideMatch([], rule)).toEqual({ outcome: 'unknown', similarity: null });
  });

  it('accepts a person who reaches the threshold exactly', () => {
    expect(decideMatch([{ personId: 'a', similarity: 99 }], rule)).toEqual({
      outcome: 'matched',
      personId: 'a',
      similarity: 99,
    });
  });

  it('never names the best of several strangers', () => {
    const candidates = [
      { personId: 'a', similarity: 98.99 },
      { personId: 'b', similarity: 85 },
    ];
    expect(decideMatch(candidates, rule)).toEqual({ outcome: 'unknown', similarity: 98.99 });
  });

  it('calls two people within the margin ambiguous, however high both are', () => {
    const candidates = [
      { personId: 'a', similarity: 99.9 },
      { personId: 'b', similarity: 98.1 },
    ];
    expect(decideMatch(candidates, rule)).toEqual({ outcome: 'ambiguous', similarity: 99.9 });
  });

  it('accepts a lead of exactly the margin', () => {
    const candidates = [
      { personId: 'b', similarity: 97 },
      { personId: 'a', similarity: 99 },
    ];
    expect(decideMatch(candidates, rule)).toMatchObject({ outcome: 'matched', personId: 'a' });
  });

  it('does not set several face references of one person against each other', () => {
    const candidates = [
      { personId: 'a', similarity: 99.2 },
      { personId: 'a', similarity: 99.8 },
      { personId: 'a', similarity: 99.7 },
      { personId: 'b', similarity: 90 },
    ];
    expect(decideMatch(candidates, rule)).toEqual({ outcome: 'matched', personId: 'a', similarity: 99.8 });
  });
});

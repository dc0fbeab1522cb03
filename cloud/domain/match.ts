/** One face reference that resembles the face in a sighting. `similarity` in percent. */
export type Candidate = { readonly personId: string; readonly similarity: number };

/** Below this a face resembles nobody, and the search does not report it. Percent. */
export const searchThreshold = 80;

/** `acceptSimilarity` in percent, `margin` in percentage points. */
export type MatchRule = { readonly acceptSimilarity: number; readonly margin: number };

export type MatchDecision =
  | { readonly outcome: 'matched'; readonly personId: string; readonly similarity: number }
  | { readonly outcome: 'ambiguous'; readonly similarity: number }
  | { readonly outcome: 'unknown'; readonly similarity: number | null };

/**
 * Decides who a face is: the best person must reach the threshold and lead the second person by the margin.
 * Several face references of one person count as one candidate, by their best. Never guesses: two people closer to
 * each other than the margin are `ambiguous`, however high both are.
 */
export const decideMatch = (candidates: readonly Candidate[], rule: MatchRule): MatchDecision => {
  const bestByPerson = new Map<string, number>();
  for (const { personId, similarity } of candidates) {
    bestByPerson.set(personId, Math.max(similarity, bestByPerson.get(personId) ?? 0));
  }
  const [best, second] = [...bestByPerson].sort(([, a], [, b]) => b - a);
  if (best === undefined) return { outcome: 'unknown', similarity: null };
  const [personId, similarity] = best;
  if (similarity < rule.acceptSimilarity) return { outcome: 'unknown', similarity };
  if (second !== undefined && similarity - second[1] < rule.margin)
    return { outcome: 'ambiguous', similarity };
  return { outcome: 'matched', personId, similarity };
};

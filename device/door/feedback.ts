import type { Verdict } from '#contract/verdict.ts';

/** Tells the person at the door what became of their passage. Never fails: nobody's attendance depends on it. */
export interface Feedback {
  /** The picture is safe on this door, the answer is still to come. */
  saved(): void;
  show(verdict: Verdict): void;
}

import * as z from 'zod';
import { Direction } from '#contract/outcome.ts';
import type { Draft } from './correction-draft.ts';

/** Whose day a correction is about, and who writes it: nobody else finds it in the same tab. */
export type DraftOf = { readonly sub: string; readonly person: string; readonly date: string };

const KeptDraft = z.strictObject({
  sub: z.string(),
  person: z.string(),
  date: z.string(),
  draft: z.strictObject({
    action: z.enum(['add', 'retime', 'reclassify', 'void']),
    punchId: z.string(),
    date: z.string(),
    time: z.string(),
    fold: z.enum(['earlier', 'later']),
    direction: Direction,
  }),
  reason: z.string(),
});
type Kept = { readonly draft: Draft; readonly reason: string };

const name = 'rollcall.correction';

/** Keeps what was typed over the way to the sign-in and back, in this tab only. */
export const keepDraft = (store: Pick<Storage, 'setItem'>, of: DraftOf, { draft, reason }: Kept): void => {
  try {
    store.setItem(name, JSON.stringify({ ...of, draft, reason } satisfies z.input<typeof KeptDraft>));
  } catch {
    // A browser that keeps nothing: the words are lost, the sign-in is not.
  }
};

/** What was kept for this day by this person; undefined when there is nothing. */
export const keptDraft = (store: Pick<Storage, 'getItem'>, of: DraftOf): Kept | undefined => {
  const kept = KeptDraft.safeParse(parsed(store.getItem(name))).data;
  const isIt = kept?.sub === of.sub && kept.person === of.person && kept.date === of.date;
  return isIt ? { draft: kept.draft, reason: kept.reason } : undefined;
};

export const forgetDraft = (store: Pick<Storage, 'removeItem'>): void => store.removeItem(name);

const parsed = (text: string | null): unknown => {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
};

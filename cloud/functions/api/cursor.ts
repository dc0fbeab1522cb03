import * as z from 'zod';

/** A position in a list: an instant and an id. Where a page ended, not what it showed. */
const Position = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#[\w.#-]{1,120}$/);

const toCursor = (position: string): string => Buffer.from(position).toString('base64url');

/** Query parameters of a list whose positions are such text. `cursor` is opaque to callers: only what a list gave out passes. */
export const listQueryBy = (position: z.ZodString) => ({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z
    .string()
    .max(300)
    .transform((text) => Buffer.from(text, 'base64url').toString('utf8'))
    .pipe(position)
    .optional(),
});

/** Query parameters of a list by time. */
export const listQuery = listQueryBy(Position);

/** A page as the contract has it. */
export const toPage = <T>(items: readonly T[], next: string | null): { items: T[]; next: string | null } => ({
  items: [...items],
  next: next === null ? null : toCursor(next),
});

import * as z from 'zod';
import { SiteId } from '#contract/names.ts';
import { searchThreshold } from './match.ts';

/** Finer numbers mean nothing here, and the finest that JSON can say are none that the table could keep. */
const hundredths = z.number().multipleOf(0.01);

/** A place with one time zone and its own matching and punch rules. */
export const Site = z
  .strictObject({
    id: SiteId,
    name: z.string().trim().min(1).max(80),
    /** IANA name, such as `Europe/Berlin`. */
    timeZone: z.string().refine(isTimeZone, 'must be an IANA time zone such as Europe/Berlin'),
    /** Percent that the best person must reach. 99 is AWS's advice for building access. */
    acceptSimilarity: hundredths.min(searchThreshold).max(100),
    /** Percentage points by which the best person must lead the second. */
    margin: hundredths.min(0).max(20),
    /** A punch this soon after an accepted one of the same person is kept but does not count. 0 turns it off. */
    duplicatePunchMinutes: hundredths.min(0).max(60),
    /** Which door crops are kept. Only `never` is built so far. */
    photoPolicy: z.literal('never'),
  })
  // A second person within the margin must be among those that the search reports, or ambiguity would pass for a match.
  .refine(({ acceptSimilarity, margin }) => acceptSimilarity - margin >= searchThreshold, {
    path: ['margin'],
    error: `must leave acceptSimilarity - margin at ${searchThreshold} or more: the search reports nobody below`,
  });
export type Site = z.infer<typeof Site>;

/** Every site of the installation; ids are unique. */
export const Sites = z
  .array(Site)
  .min(1)
  .refine((sites) => new Set(sites.map((site) => site.id)).size === sites.length, 'site ids must differ');
export type Sites = z.infer<typeof Sites>;

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

import * as z from 'zod';
import { Stage } from '#contract/names.ts';
import { SearchBudget } from '../domain/search-budget.ts';
import { Sites } from '../domain/site.ts';

const wholeDays = (from: number, to: number) => z.int().min(from).max(to);

/**
 * For how long at most the pictures of each class are kept, in days. S3 rounds up to the next midnight UTC, so the rules that
 * storage.ts makes of these are a day shorter; less than two days cannot be promised.
 */
const PhotoRetention = z.strictObject({
  /** A person's own picture of a check-in in the browser. */
  checkInDays: wholeDays(2, 90),
  /** Door pictures that nobody matched, of sites that opted in to keep them: 72 hours at most. */
  unmatchedDays: wholeDays(2, 3),
  /** Every door picture, of sites that opted in to keep them. */
  allDays: wholeDays(2, 90),
  /** Enrolment photos that the person chose to have kept; the others are deleted as soon as they are indexed. */
  enrolmentDays: wholeDays(2, 1095),
});

/** Functions are told the sites in their environment, of which Lambda takes 4 KB in all; the rest is for the other variables. */
const maxSitesBytes = 3_500;

/** What one installation of Rollcall decides for itself: the content of `rollcall.config.ts`. */
export const RollcallConfig = z.strictObject({
  /** Part of every name, so that several stages fit into one account and Region. */
  stage: Stage,
  /** Where this may be deployed to; without it, wherever the credentials lead. It does not change the template. */
  deployTo: z
    .strictObject({
      account: z.string().regex(/^\d{12}$/, 'an account is 12 digits'),
      region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a Region is written like eu-central-1'),
    })
    .optional(),
  sites: Sites.refine(
    (sites) => Buffer.byteLength(JSON.stringify(sites)) <= maxSitesBytes,
    `must fit in ${maxSitesBytes} bytes of JSON, about twenty sites: use shorter names, or a second stage for the others`,
  ),
  /** Whether table, user pool, collection, pictures and their key outlive a deleted stack. */
  keepDataOnDelete: z.boolean(),
  retention: z.strictObject({
    /** How long the functions' logs are kept. */
    logDays: z.union([z.literal(7), z.literal(30), z.literal(90), z.literal(365)]),
    /** How far back the table can be restored. Erased people stay in these backups for as long: no longer than needed. */
    backupDays: wholeDays(1, 35),
    photos: PhotoRetention,
  }),
  /** E-mail addresses that are told of alarms, gaps and the budget; each confirms once by a link that AWS sends. */
  alertAddresses: z.array(z.email()).max(10),
  /** What the whole AWS account may cost a month, in US dollars, before the addresses are told. */
  monthlyBudgetUsd: z.int().positive(),
  /**
   * The price of a search, and what a month's searches may cost before none is bought any more: sightings are then kept without
   * being searched. The addresses are told at 80 % and when it stops.
   */
  searches: SearchBudget.prefault({}),
  /**
   * Concurrency that is set aside for ingest, which is also its limit; left out, none is. New accounts cannot grant it.
   * Deliveries that come back from the queue of failed ones may take two of it. docs/deploy.md has the rule for its size.
   */
  ingestReservedConcurrency: z.int().min(3).max(1000).optional(),
});
export type RollcallConfig = z.infer<typeof RollcallConfig>;

/** Checks a configuration and reports every problem at once; throws with the keys to correct. */
export const defineRollcall = (config: z.input<typeof RollcallConfig>): RollcallConfig => {
  const parsed = RollcallConfig.safeParse(config);
  if (parsed.success) return parsed.data;
  throw new Error(`rollcall.config.ts needs correcting:\n${z.prettifyError(parsed.error)}`);
};

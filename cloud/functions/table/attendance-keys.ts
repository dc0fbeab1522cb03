import { createHash } from 'node:crypto';
import type { DayStatus } from '#contract/day.ts';
import type { Instant } from '#contract/names.ts';
import type { LocalDate } from '../../domain/local-time.ts';
import { type Key, monthOf, personKey, position } from './keys.ts';

/** Keys of what is derived from punches and corrections, of what counts as correction, and of what a derivation waits for. */

/** A person's attendance day by the rules. */
export const resultKey = (personId: string, date: LocalDate): Key => ({
  pk: personKey(personId).pk,
  sk: resultSortKey(date),
});
export const resultSortKey = (date: LocalDate): string => `RESULT#${date}`;
/** Results of a site's date in order of the person, all of them and those of one status. */
export const siteResultsPartition = (site: string, date: LocalDate): string => `SITE#${site}#RESULTS#${date}`;
export const siteStatusPartition = (site: string, date: LocalDate, status: DayStatus): string =>
  `${siteResultsPartition(site, date)}#${status}`;
/** Index attributes of a result; one without a status is in no site's list. */
export const inSiteResults = (
  site: string,
  date: LocalDate,
  status: DayStatus | null,
  personId: string,
): Readonly<Record<string, string>> =>
  status === null
    ? {}
    : {
        gsi1pk: siteResultsPartition(site, date),
        gsi1sk: personId,
        gsi2pk: siteStatusPartition(site, date, status),
        gsi2sk: personId,
      };

/** A site's day in sums; one partition for each site, so that a month is one query. */
export const overviewKey = (site: string, date: LocalDate): Key => ({
  pk: `SITE#${site}#OVERVIEWS`,
  sk: date,
});
/** How far the closing of a site's date has come. */
export const closingKey = (site: string, date: LocalDate): Key => ({ pk: `SITE#${site}#CLOSING`, sk: date });
/** That results of a site's date have changed, until somebody has looked it over. */
export const dueKey = (site: string, date: LocalDate): Key => ({ pk: `SITE#${site}#DUE`, sk: date });

/** That a fact has been written whose days are not derived yet. One item for each fact, so nobody takes away another's. */
export const staleKey = (site: string, personId: string, factId: string): Key => ({
  pk: stalePartition(site),
  sk: `${stalePrefix(personId)}${factId}`,
});
export const stalePartition = (site: string): string => `SITE#${site}#STALE`;
export const stalePrefix = (personId: string): string => `${personId}#`;
/** Stands in a stale key for everybody of the site. */
export const everybody = '*';

/** An entry of a person's log of corrections: what was asked, and what was decided about it. */
export const correctionKey = (
  personId: string,
  correctionId: string,
  kind: 'requested' | 'decided',
): Key => ({
  pk: personKey(personId).pk,
  sk: `${correctionsPrefix}${correctionId}#${kind}`,
});
export const correctionsPrefix = 'CORRECTION#';
/** Every correction asked for at a site, by when it was asked. */
export const siteCorrectionsPartition = (site: string): string => `SITE#${site}#CORRECTIONS`;
export const inSiteCorrections = (site: string, at: Instant, id: string) => ({
  gsi1pk: siteCorrectionsPartition(site),
  gsi1sk: position(at, id),
});
/** Those that were approved, and those that were refused, also by when they were asked for. */
export const siteDecisionsPartition = (site: string, decision: 'approved' | 'refused'): string =>
  `${siteCorrectionsPartition(site)}#${decision}`;
export const inSiteDecisions = (
  site: string,
  decision: 'approved' | 'refused',
  askedAt: Instant,
  id: string,
) => ({ gsi1pk: siteDecisionsPartition(site, decision), gsi1sk: position(askedAt, id) });
/** How many entries a person's log has: an entry is appended only to the log that was read. */
export const correctionLogKey = (personId: string): Key => ({
  pk: personKey(personId).pk,
  sk: 'CORRECTIONS',
});
/** Corrections of a site that nobody has decided yet. */
export const waitingCorrectionsPartition = (site: string): string => `SITE#${site}#WAITING`;
export const waitingCorrectionKey = (site: string, at: Instant, id: string): Key => ({
  pk: waitingCorrectionsPartition(site),
  sk: position(at, id),
});

/** Searches bought in a UTC month (`2026-11`), by the door or the site's browsers that needed them. */
export const usagePartition = (month: string): string => `USAGE#${month}`;
export const doorUsageKey = (month: string, thing: string): Key => ({
  pk: usagePartition(month),
  sk: `DOOR#${thing}`,
});
export const browserUsageKey = (month: string, site: string): Key => ({
  pk: usagePartition(month),
  sk: `BROWSER#${site}`,
});

/** That people were told how a month's searches stand to this budget. Not in the partition of what is summed. */
export const budgetNoticeKey = (month: string, guard: 'warn' | 'stop', budgetUsd: number): Key => ({
  pk: `${usagePartition(month)}#TOLD`,
  sk: `${guard}#${budgetUsd}`,
});

/** Who changed what, by UTC month. */
export const auditPartition = (month: string): string => `AUDIT#${month}`;
export const auditKey = (at: Instant, id: string): Key => ({
  pk: auditPartition(monthOf(at)),
  sk: position(at, id),
});

/** A person's PIN. */
export const pinKey = (personId: string): Key => ({ pk: personKey(personId).pk, sk: 'PIN' });
/** Attempts of one kiosk in the minute that begins then. */
export const kioskKey = (sub: string, from: Instant): Key => ({ pk: `KIOSK#${sub}`, sk: from });
/** Check-ins of a person that were looked at in the hour that begins then. */
export const checkInsKey = (personId: string, from: Instant): Key => ({
  pk: personKey(personId).pk,
  sk: `CHECK_INS#${from}`,
});

/** An answer that is given again when the same request comes again. The sender's key itself is kept nowhere: it keys a fingerprint. */
export const onceKey = (sub: string, route: string, idempotencyKey: string): Key => ({
  pk: `ONCE#${sub}`,
  sk: `${route}#${createHash('sha256').update(idempotencyKey).digest('hex')}`,
});

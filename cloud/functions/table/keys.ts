import type { Instant } from '#contract/names.ts';
import type { LocalDate } from '../../domain/local-time.ts';

/**
 * Keys of the single table. One person's data lies under one partition key, so that reading and erasing it is one query.
 * No key holds a name: a key outlives what it describes in logs, exports and backups.
 */
export type Key = { readonly pk: string; readonly sk: string };

export const personKey = (personId: string): Key => ({ pk: `PERSON#${personId}`, sk: 'PROFILE' });
export const faceKey = (personId: string, faceId: string): Key => ({
  pk: `PERSON#${personId}`,
  sk: `FACE#${faceId}`,
});
export const punchKey = (personId: string, at: Instant, punchId: string): Key => ({
  pk: `PERSON#${personId}`,
  sk: punchSortKey(position(at, punchId)),
});
/** The sort key of a punch at a position, for ranges of them. */
export const punchSortKey = (where: string): string => `PUNCH#${where}`;
export const dayKey = (personId: string, date: LocalDate): Key => ({
  pk: `PERSON#${personId}`,
  sk: `DAY#${date}`,
});
/** Who holds a person number: keeps the number unique. */
export const numberKey = (number: string): Key => ({ pk: `NUMBER#${number}`, sk: 'OWNER' });

export const sightingKey = (passageId: string, attempt: number): Key => ({
  pk: `PASSAGE#${passageId}`,
  sk: `SIGHTING#${attempt}`,
});
/** The claim of a passage to its one punch. */
export const claimKey = (passageId: string): Key => ({ pk: `PASSAGE#${passageId}`, sk: 'PUNCH' });

export const doorKey = (thing: string): Key => ({ pk: `DOOR#${thing}`, sk: 'META' });
export const serialKey = (serial: string): Key => ({ pk: `SERIAL#${serial}`, sk: 'ALLOW' });
export const userKey = (sub: string): Key => ({ pk: `USER#${sub}`, sk: 'LINK' });

/**
 * Where an item stands in a list that is read by time: instants sort as text, the id separates equal ones.
 * Also what a cursor holds.
 */
export const position = (at: Instant, id: string): string => `${at}#${id}`;

/** Lists by site and time are cut into UTC months, so that one query reads a busy day and a quiet month alike. */
export const monthOf = (at: Instant): string => at.slice(0, 7);

type SiteList = 'PEOPLE' | 'DOORS';
type SiteTimeline = 'PUNCHES' | 'SIGHTINGS';

export const siteListPartition = (site: string, list: SiteList): string => `SITE#${site}#${list}`;
export const siteTimelinePartition = (site: string, timeline: SiteTimeline, month: string): string =>
  `SITE#${site}#${timeline}#${month}`;
export const siteDaysPartition = (site: string, date: LocalDate): string => `SITE#${site}#DAYS#${date}`;

/** Index attributes of an item in a site's list. */
export const inSiteList = (site: string, list: SiteList, at: Instant, id: string) => ({
  gsi1pk: siteListPartition(site, list),
  gsi1sk: position(at, id),
});
export const inSiteTimeline = (site: string, timeline: SiteTimeline, at: Instant, id: string) => ({
  gsi1pk: siteTimelinePartition(site, timeline, monthOf(at)),
  gsi1sk: position(at, id),
});
export const inSiteDays = (site: string, date: LocalDate, personId: string) => ({
  gsi1pk: siteDaysPartition(site, date),
  gsi1sk: personId,
});
/** Everything a door delivered in a month, also what no site could be found for. */
export const inDoorTimeline = (thing: string, at: Instant, id: string) => ({
  gsi2pk: `DOOR#${thing}#${monthOf(at)}`,
  gsi2sk: position(at, id),
});

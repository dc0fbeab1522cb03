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
/** A passage without a picture; a door may send one beside sightings of the same passage. */
export const passageKey = (passageId: string, seq: number): Key => ({
  pk: `PASSAGE#${passageId}`,
  sk: `PASSAGE#${seqPosition(seq)}`,
});
/** That a delivery has arrived and waits to be tried again. */
export const receiptKey = (passageId: string, attempt: number): Key => ({
  pk: `PASSAGE#${passageId}`,
  sk: `RECEIPT#${attempt}`,
});
/** The claim of a passage to its one punch. */
export const claimKey = (passageId: string): Key => ({ pk: `PASSAGE#${passageId}`, sk: 'PUNCH' });

export const doorKey = (thing: string): Key => ({ pk: `DOOR#${thing}`, sk: 'META' });
/** What is known of the clock of one boot of a door. */
export const bootKey = (thing: string, bootId: string): Key => ({
  pk: `DOOR#${thing}`,
  sk: `BOOT#${bootId}`,
});
/** A matched sighting that waits for the clock of its boot. */
export const untimedKey = (thing: string, bootId: string, seq: number): Key => ({
  pk: `DOOR#${thing}`,
  sk: `${untimedPrefix(bootId)}${seqPosition(seq)}`,
});
/** Start of the sort keys of everything that waits for one boot's clock. */
export const untimedPrefix = (bootId: string): string => `UNTIMED#${bootId}#`;
/** How far a door's counter is looked through. */
export const sequenceKey = (thing: string): Key => ({ pk: `DOOR#${thing}`, sk: 'SEQ' });
/** Sequence numbers that were found missing together, the lowest of them named. */
export const gapKey = (thing: string, noticedAt: Instant, lowest: number): Key => ({
  pk: `DOOR#${thing}`,
  sk: `GAP#${position(noticedAt, seqPosition(lowest))}`,
});
export const serialKey = (serial: string): Key => ({ pk: `SERIAL#${serial}`, sk: 'ALLOW' });
/** Which user a person is: keeps it to one. */
export const personUserKey = (personId: string): Key => ({ pk: `PERSON#${personId}`, sk: 'USER' });
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

/** A door's deliveries in the order of its own counter: sightings, passages, rejections and receipts of what still waits. */
export const doorSequencePartition = (thing: string): string => `DOOR#${thing}#SEQ`;
/** A sequence number as text that sorts as the number does: a safe integer has at most 16 digits. */
export const seqPosition = (seq: number): string => String(seq).padStart(16, '0');
/**
 * Index attributes of an item that proves that a sequence number has arrived. Everything from `a` up to `b` lies
 * between `seqPosition(a)` and `seqPosition(b + 1)`; one number may be there more than once.
 */
export const inDoorSequence = (thing: string, seq: number, id: string) => ({
  gsi2pk: doorSequencePartition(thing),
  gsi2sk: `${seqPosition(seq)}#${id}`,
});

/** Receipts of a door by when the delivery came. */
export const doorReceiptsPartition = (thing: string): string => `DOOR#${thing}#RECEIPTS`;
export const inDoorReceipts = (thing: string, receivedAt: Instant, id: string) => ({
  gsi1pk: doorReceiptsPartition(thing),
  gsi1sk: position(receivedAt, id),
});

/** Gaps of all doors that are still looked at, by the instant at which they were noticed; nothing else is in this list. */
export const openGapsPartition = 'GAPS#OPEN';
export const inOpenGaps = (thing: string, noticedAt: Instant, lowest: number) => ({
  gsi2pk: openGapsPartition,
  gsi2sk: position(noticedAt, `${thing}#${seqPosition(lowest)}`),
});

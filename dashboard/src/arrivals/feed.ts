import type { PunchItem, PunchPage, SightingItem, SightingPage } from '#contract/api.ts';

/** What happened at a door or otherwise, newest first on the page: a punch, or a sighting that gave none. */
export type Entry =
  | { readonly kind: 'punch'; readonly id: string; readonly at: string; readonly punch: PunchItem }
  | { readonly kind: 'sighting'; readonly id: string; readonly at: string; readonly sighting: SightingItem };

/** One list as far as it has been read; `next` leads to older entries, null = there are none. */
export type Loaded<T> = { readonly items: readonly T[]; readonly next: string | null };

/** Both lists behind the page. `sightings` is null for people who may not see them. */
export type Feed = {
  readonly punches: Loaded<PunchItem>;
  readonly sightings: Loaded<SightingItem> | null;
};

const keyOfPunch = (punch: PunchItem): string => punch.id;
const keyOfSighting = (sighting: SightingItem): string => `${sighting.passageId}/${sighting.attempt}`;

/** The feed after a refresh brought the newest page of each list. */
export const withNewest = (
  feed: Feed | undefined,
  punches: PunchPage,
  sightings: SightingPage | null,
): Feed => ({
  punches: refreshed(feed?.punches, punches, keyOfPunch, (punch) => punch.at),
  sightings:
    sightings === null
      ? null
      : refreshed(feed?.sightings ?? undefined, sightings, keyOfSighting, (sighting) => sighting.capturedAt),
});

/** The feed after the next older page of a list, or of both. */
export const withOlder = (feed: Feed, punches: PunchPage | null, sightings: SightingPage | null): Feed => ({
  punches: punches === null ? feed.punches : extended(feed.punches, punches, keyOfPunch),
  sightings:
    sightings === null || feed.sightings === null
      ? feed.sightings
      : extended(feed.sightings, sightings, keyOfSighting),
});

/**
 * The newest page replaces what it covers, so that an entry which was taken back disappears. If it does not touch what
 * was loaded before, there is a gap: then only the page stays, and older entries are asked for again.
 */
const refreshed = <T>(
  before: Loaded<T> | undefined,
  page: Loaded<T>,
  keyOf: (item: T) => string,
  atOf: (item: T) => string,
): Loaded<T> => {
  const oldest = page.items.at(-1);
  if (before === undefined || oldest === undefined || page.next === null) return page;
  const keys = new Set(page.items.map(keyOf));
  if (!before.items.some((item) => keys.has(keyOf(item)))) return page;
  const older = before.items.filter((item) => !keys.has(keyOf(item)) && atOf(item) <= atOf(oldest));
  return older.length === 0 ? page : { items: [...page.items, ...older], next: before.next };
};

const extended = <T>(before: Loaded<T>, page: Loaded<T>, keyOf: (item: T) => string): Loaded<T> => {
  const known = new Set(before.items.map(keyOf));
  return {
    items: [...before.items, ...page.items.filter((item) => !known.has(keyOf(item)))],
    next: page.next,
  };
};

/**
 * Both lists as one, newest first. Left out: sightings that a punch already tells of (a matched one without a punch was
 * seen again too soon to count), and a first attempt that a second one followed. Entries older than where one list has been read to wait until that list has been read further,
 * so that "load more" only ever adds below.
 */
export const entriesOf = (feed: Feed): readonly Entry[] => {
  const punched = new Set(feed.punches.items.map(({ id }) => id));
  const sightings = feed.sightings?.items ?? [];
  const twice = new Set(sightings.filter(({ attempt }) => attempt === 2).map(({ passageId }) => passageId));
  const entries: Entry[] = [
    ...feed.punches.items.map((punch): Entry => ({ kind: 'punch', id: punch.id, at: punch.at, punch })),
    ...sightings
      .filter(
        ({ outcome, reason, passageId, attempt }) =>
          (outcome !== 'matched' || reason === 'duplicate_punch') &&
          !punched.has(passageId) &&
          !(attempt === 1 && twice.has(passageId)),
      )
      .map(
        (sighting): Entry => ({
          kind: 'sighting',
          id: keyOfSighting(sighting),
          at: sighting.capturedAt,
          sighting,
        }),
      ),
  ];
  const horizon = horizonOf(feed);
  return entries.filter(({ at }) => at >= horizon).sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
};

/** The instant down to which both lists are known; the empty text, which sorts first, when both are read to the end. */
const horizonOf = (feed: Feed): string => {
  const ends = [readTo(feed.punches, (punch) => punch.at), readTo(feed.sightings, (item) => item.capturedAt)];
  return ends.sort().at(-1) ?? '';
};

const readTo = <T>(list: Loaded<T> | null, atOf: (item: T) => string): string => {
  const oldest = list?.items.at(-1);
  return list === null || list.next === null || oldest === undefined ? '' : atOf(oldest);
};

/** Which lists to read further for more entries at the end: those that end at the horizon. */
export const olderCursors = (feed: Feed): { punches: string | null; sightings: string | null } => {
  const horizon = horizonOf(feed);
  const cursor = <T>(list: Loaded<T> | null, atOf: (item: T) => string) =>
    list !== null && list.next !== null && readTo(list, atOf) === horizon ? list.next : null;
  return {
    punches: cursor(feed.punches, (punch) => punch.at),
    sightings: cursor(feed.sightings, (item) => item.capturedAt),
  };
};

export const hasOlder = (feed: Feed): boolean =>
  feed.punches.next !== null || (feed.sightings !== null && feed.sightings.next !== null);

/** Entries that were not there before and are newer than everything that was; for announcing and highlighting. */
export const arrivalsSince = (before: readonly Entry[], after: readonly Entry[]): readonly Entry[] => {
  const known = new Set(before.map(({ id }) => id));
  const newest = before[0]?.at ?? '';
  return after.filter(({ id, at }) => !known.has(id) && at >= newest);
};

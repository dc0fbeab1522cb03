import type { Instant, SiteId } from '#contract/names.ts';
import { dayBounds, type LocalDate } from '../../domain/local-time.ts';
import type { Site } from '../../domain/site.ts';
import type { TableAccess } from '../table/batch-get.ts';
import { queryAll } from '../table/query-all.ts';
import { siteAssignmentsPartition } from '../table/schedule-keys.ts';
import type { Closings } from './closings.ts';
import type { DerivePeople } from './derive-people.ts';
import type { Overviews, ResultInBrief } from './overviews.ts';

/** What came of looking over a date. `complete` = time was enough for everybody. */
export type LookedOver = {
  readonly derived: number;
  readonly failed: number;
  readonly complete: boolean;
  readonly closed: boolean;
};

/** People between two looks at the time. */
const peopleAtOnce = 200;

/**
 * Looks over a site's date: derives the days of who has none yet although they are assigned, and those that time may settle; sums up
 * the date; and closes it when nothing can change any more but by what arrives late. Whatever interrupts it, the next look finds what
 * is left to do in the results themselves.
 */
export const makeLookOverDate = (deps: {
  readonly table: TableAccess;
  readonly derivePeople: DerivePeople;
  readonly overviews: Overviews;
  readonly closings: Closings;
  readonly now: () => number;
}) => {
  const { derivePeople, overviews, closings, now } = deps;

  /** @param hasTime whether to go on */
  return async (
    { id: site, timeZone }: Pick<Site, 'id' | 'timeZone'>,
    date: LocalDate,
    syncedThrough: Instant,
    hasTime: () => boolean,
  ): Promise<LookedOver> => {
    const readAt = new Date(now()).toISOString();
    const [listed, assigned] = await Promise.all([
      overviews.resultsOf(site, date),
      assignedOn(deps.table, site, date),
    ]);
    const results = new Map<string, ResultInBrief>(listed.map((result) => [result.personId, result]));
    const ripe = listed
      .filter(({ waitsFor = '~' }) => waitsFor <= syncedThrough)
      .map(({ personId }) => personId);
    const people = [...ripe, ...assigned.filter((personId) => !results.has(personId))];

    let derived = 0;
    let failed = 0;
    let next = 0;
    for (; next < people.length && hasTime(); next += peopleAtOnce) {
      const portion = people.slice(next, next + peopleAtOnce);
      const days = await derivePeople(
        portion.map((personId) => ({ personId, dates: [date], instants: [], onlyLook: true })),
      );
      failed += days.filter((one) => one === null).length;
      for (const day of days.flatMap((one) => one ?? [])) {
        derived += day.changed.length > 0 ? 1 : 0;
        if (day.stored?.site === site) results.set(day.stored.personId, day.stored);
        else if (day.stored !== null) results.delete(day.stored.personId);
      }
    }
    const complete = next >= people.length;
    await overviews.store(site, date, [...results.values()], readAt);

    const { end } = dayBounds(date, timeZone);
    const waits = [
      ...[...results.values()].flatMap(({ waitsFor }) => waitsFor ?? []),
      ...(readAt < end ? [end] : []),
    ].sort();
    const closed = complete && failed === 0 && waits.length === 0;
    // What could not be done is looked at again the next time.
    const [waitsFor] = complete && failed === 0 ? waits : [];
    await closings.keep({
      ...{ site, date, closed, lookedAt: readAt },
      ...(waitsFor === undefined ? {} : { waitsFor }),
    });
    return { derived, failed, complete, closed };
  };
};

/** Who has an assignment at the site that covers the date. */
const assignedOn = async (table: TableAccess, site: SiteId, date: LocalDate): Promise<readonly string[]> => {
  const items = await queryAll(table, {
    IndexName: 'gsi1',
    KeyConditionExpression: 'gsi1pk = :partition',
    ProjectionExpression: 'personId, #from, #to',
    ExpressionAttributeNames: { '#from': 'from', '#to': 'to' },
    ExpressionAttributeValues: { ':partition': siteAssignmentsPartition(site) },
  });
  const covering = items.filter(
    ({ from, to }) => String(from) <= date && (to === null || date <= String(to)),
  );
  return [...new Set(covering.map(({ personId }) => String(personId)))];
};

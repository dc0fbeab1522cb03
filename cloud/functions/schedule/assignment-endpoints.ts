import type * as z from 'zod';
import { addDays, type LocalDate } from '../../domain/local-time.ts';
import { Assignment } from '../../domain/schedule/assignment.ts';
import { type Duty, firstCollision } from '../../domain/schedule/colliding-hours.ts';
import type { Weekday } from '../../domain/schedule/wall-time.ts';
import { type Access, chooseSite, reachesSite } from '../api/authorise.ts';
import { toPage } from '../api/cursor.ts';
import { changedMeanwhile, endpoint } from '../api/endpoint.ts';
import type { EndpointsOf } from '../api/make-api.ts';
import { scheduleOperations as operations } from '../api/operations/schedule.ts';
import { Refusal } from '../api/refusal.ts';
import { unlessRaced } from '../api/unless-raced.ts';
import { calendarOn } from '../sites/calendar-on.ts';
import type { SiteRecord } from '../sites/site-directory.ts';
import type { StoredAssignment } from '../table/schedule-items.ts';
import { assignmentKey, personInId } from '../table/schedule-keys.ts';
import { listOfSiteOrPerson } from './list-of-site-or-person.ts';
import {
  findSite,
  readByRules,
  requireLikelyDates,
  requireOpen,
  type ScheduleDeps,
  staleDates,
  staleOf,
} from './schedule-rules.ts';
import { assignmentItem, assignmentPosition } from './schedule-store.ts';

/** Who works which shift from when to when. */
export const makeAssignmentEndpoints = ({
  sites,
  store,
  newId,
  now,
}: ScheduleDeps): Pick<
  EndpointsOf<'schedule'>,
  'assignments' | 'assign' | 'assignment' | 'endAssignment' | 'removeAssignment'
> => {
  const dutyOf = async (one: StoredAssignment, record?: SiteRecord): Promise<Duty> => {
    const at = record ?? (await findSite(sites, one.site));
    const shift = await store.findShift(one.site, one.shift);
    if (shift === null) throw new Refusal(422, 'There is no such shift at this site.');
    const { from, to } = one;
    const weekdays = one.weekdays ?? workingWeekdays(at, from);
    return { shift, calendar: calendarOn(at, from), from, to, weekdays };
  };

  /** Refuses an assignment by which the person would have to be in two places at once. */
  const requireFree = async (
    one: StoredAssignment,
    record: SiteRecord,
    all: readonly StoredAssignment[],
  ): Promise<void> => {
    const duty = await dutyOf(one, record);
    for (const other of all) {
      if (other.id === one.id) continue;
      const date = firstCollision(duty, await dutyOf(other));
      if (date === null) continue;
      throw new Refusal(
        409,
        `On ${date} the person works another shift at these hours (assignment ${other.id} at ${other.site}); end or remove that first, or name other weekdays.`,
      );
    }
  };

  const findReached = (access: Access, all: readonly StoredAssignment[], id: string): StoredAssignment => {
    const found = all.find((one) => one.id === id);
    if (found === undefined || !reachesSite(access, found.site))
      throw new Refusal(404, 'There is no such assignment at your sites.');
    return found;
  };

  return {
    assignments: endpoint(operations.assignments, async ({ access, query }) => {
      const { items, next } = await listOfSiteOrPerson({ sites, store }, access, query, {
        ofSite: (site, part) => store.assignmentsOfSite(site, part),
        ofPerson: (personId) => store.assignmentsOf(personId),
        positionOf: assignmentPosition,
      });
      return { json: toPage(items.map(toAnswer), next) };
    }),

    assignment: endpoint(operations.assignment, async ({ access, params }) => {
      const all = await store.assignmentsOf(personInId(params.id) ?? '');
      const one = findReached(access, all, params.id);
      return { json: toAnswer(one), version: one.version };
    }),

    assign: endpoint(operations.assign, async ({ access, body }) => {
      const record = await findSite(sites, chooseSite(access, body.site));
      const person = await store.findPerson(body.personId);
      if (person === null || person.site !== record.site.id)
        throw new Refusal(422, 'There is no such person at this site.');
      if (person.status !== 'active') throw new Refusal(422, 'This person has left.');
      const assignment = readByRules(Assignment, { ...body, id: `${person.id}.${newId()}` });
      requireLikelyDates({ from: body.from, to: body.to });
      requireOpen(record, assignment.from, now());
      const stored = { ...assignment, version: 1, createdAt: new Date(now()).toISOString() };
      return unlessRaced(async () => {
        const revision = await store.revisionOf(person.id);
        await requireFree(stored, record, await store.assignmentsOf(person.id));
        const written = await write(record, revision, stored, 0, stored.from, stored.to);
        return written === 'raced' ? null : { json: toAnswer(stored) };
      });
    }),

    endAssignment: endpoint(operations.endAssignment, async ({ access, params, body, seenVersion }) => {
      requireLikelyDates({ to: body.to });
      const personId = personInId(params.id) ?? '';
      return unlessRaced(async () => {
        const revision = await store.revisionOf(personId);
        const all = await store.assignmentsOf(personId);
        const was = findReached(access, all, params.id);
        if (seenVersion !== was.version) throw new Refusal(412, changedMeanwhile);
        const record = await findSite(sites, was.site);
        const { version, createdAt, ...rules } = was;
        const is = {
          ...readByRules(Assignment, { ...rules, to: body.to }),
          version: version + 1,
          createdAt,
        };
        const [first, last] = between(was.to, is.to);
        requireOpen(record, first, now());
        await requireFree(is, record, all);
        const written = await write(record, revision, is, version, first, last);
        return written === 'raced' ? null : { json: toAnswer(is), version: is.version };
      });
    }),

    removeAssignment: endpoint(operations.removeAssignment, async ({ access, params: { id } }) => {
      const personId = personInId(id) ?? '';
      return unlessRaced(async () => {
        const revision = await store.revisionOf(personId);
        const one = findReached(access, await store.assignmentsOf(personId), id);
        const record = await findSite(sites, one.site);
        requireOpen(record, one.from, now());
        const written = await store.commitFor(personId, revision, {
          remove: assignmentKey(personId, id),
          stale: staleOf(one, 'removed', staleDates(record, one.from, one.to, now())),
        });
        return written === 'raced' ? null : {};
      });
    }),
  };

  function write(
    record: SiteRecord,
    revision: number,
    one: StoredAssignment,
    version: number,
    first: LocalDate,
    last: LocalDate | null,
  ): Promise<'done' | 'raced'> {
    return store.commitFor(one.personId, revision, {
      put: { item: assignmentItem(one), version },
      stale: staleOf(one, String(one.version), staleDates(record, first, last, now())),
    });
  }
};

/** The weekdays on which a site may work from a date on: those that one of its calendars then does not take off. */
const workingWeekdays = (record: SiteRecord, from: LocalDate): Weekday[] => {
  const inForce = [calendarOn(record, from), ...record.calendars.filter((one) => one.from > from)];
  return [1, 2, 3, 4, 5, 6, 7].filter((day) =>
    inForce.some(({ weeklyDaysOff }) => !weeklyDaysOff.includes(day)),
  );
};

/** The dates on which it matters whether an assignment ends on one date or on the other; null = never. */
const between = (was: LocalDate | null, is: LocalDate | null): readonly [LocalDate, LocalDate | null] => {
  const [early, late] = was !== null && (is === null || was <= is) ? [was, is] : [is, was];
  return [addDays(early ?? '2999-12-31', 1), late];
};

const toAnswer = ({
  version: _,
  createdAt: __,
  ...assignment
}: StoredAssignment): z.input<typeof operations.assignment.answer> => assignment;

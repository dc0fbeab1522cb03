import type * as z from 'zod';
import { addDays } from '../../domain/local-time.ts';
import { Leave } from '../../domain/schedule/assignment.ts';
import { reachesSite } from '../api/authorise.ts';
import { toPage } from '../api/cursor.ts';
import { endpoint } from '../api/endpoint.ts';
import type { EndpointsOf } from '../api/make-api.ts';
import { scheduleOperations as operations } from '../api/operations/schedule.ts';
import { Refusal } from '../api/refusal.ts';
import { unlessRaced } from '../api/unless-raced.ts';
import { firstOpenDate } from '../sites/calendar-on.ts';
import type { StoredLeave } from '../table/schedule-items.ts';
import { leaveKey, personInId } from '../table/schedule-keys.ts';
import { findReachedPerson, listOfSiteOrPerson } from './list-of-site-or-person.ts';
import {
  findSite,
  readByRules,
  requireLikelyDates,
  requireOpen,
  type ScheduleDeps,
  staleDates,
  staleOf,
} from './schedule-rules.ts';
import { leaveItem, leavePosition } from './schedule-store.ts';

/** Days that people need not come. */
export const makeLeaveEndpoints = ({
  sites,
  store,
  newId,
  now,
}: ScheduleDeps): Pick<EndpointsOf<'schedule'>, 'leaves' | 'addLeave' | 'removeLeave'> => ({
  leaves: endpoint(operations.leaves, async ({ access, query }) => {
    const { items, next } = await listOfSiteOrPerson({ sites, store }, access, query, {
      ofSite: (site, part) => store.leavesOfSite(site, part),
      ofPerson: (personId) => store.leavesOf(personId),
      positionOf: leavePosition,
    });
    return { json: toPage(items.map(toAnswer), next) };
  }),

  addLeave: endpoint(operations.addLeave, async ({ access, body }) => {
    const person = await findReachedPerson(store, access, body.personId);
    const leave = readByRules(Leave, { ...body, id: `${person.id}.${newId()}` });
    requireLikelyDates({ from: leave.from, to: leave.to });
    const record = await findSite(sites, person.site);
    requireOpen(record, leave.from, now());
    const stored = { ...leave, site: person.site, createdAt: new Date(now()).toISOString() };
    return unlessRaced(async () => {
      const revision = await store.revisionOf(person.id);
      // Two halves are a day: a day is judged by one leave.
      const other = (await store.leavesOf(person.id)).find(
        ({ from, to }) => from <= leave.to && leave.from <= to,
      );
      if (other !== undefined)
        throw new Refusal(
          409,
          `The person has leave from ${other.from} to ${other.to} already; take that back, then enter the whole.`,
        );
      const dates = staleDates(record, leave.from, leave.to, now());
      const written = await store.commitFor(person.id, revision, {
        put: { item: leaveItem(stored), version: 0 },
        stale: staleOf(stored, 'added', dates),
      });
      return written === 'raced' ? null : { json: toAnswer(stored) };
    });
  }),

  removeLeave: endpoint(operations.removeLeave, async ({ access, params: { id } }) => {
    const personId = personInId(id) ?? '';
    return unlessRaced(async () => {
      const revision = await store.revisionOf(personId);
      const leave = (await store.leavesOf(personId)).find((one) => one.id === id);
      if (leave === undefined || !reachesSite(access, leave.site))
        throw new Refusal(404, 'There is no such leave at your sites.');
      const record = await findSite(sites, leave.site);
      requireOpen(record, leave.to, now());
      const open = firstOpenDate(record, now());
      // Payroll has the days of closed periods: they stay a leave, under another id because this one is gone.
      const kept = { ...leave, id: `${personId}.${newId()}`, to: addDays(open, -1) };
      const first = leave.from < open ? open : leave.from;
      const written = await store.commitFor(personId, revision, {
        ...(leave.from < open ? { put: { item: leaveItem(kept), version: 0 } } : {}),
        remove: leaveKey(personId, id),
        stale: staleOf(leave, 'removed', staleDates(record, first, leave.to, now())),
      });
      return written === 'raced' ? null : {};
    });
  }),
});

const toAnswer = ({
  site: _,
  createdAt: __,
  ...leave
}: StoredLeave): z.input<typeof operations.addLeave.answer> => leave;

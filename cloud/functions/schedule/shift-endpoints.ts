import type * as z from 'zod';
import { Shift } from '../../domain/schedule/shift.ts';
import { chooseSite } from '../api/authorise.ts';
import { toPage } from '../api/cursor.ts';
import { endpoint } from '../api/endpoint.ts';
import type { EndpointsOf } from '../api/make-api.ts';
import { scheduleOperations as operations } from '../api/operations/schedule.ts';
import { unlessRaced } from '../api/unless-raced.ts';
import type { StoredShift } from '../table/schedule-items.ts';
import { findSite, readByRules, type ScheduleDeps } from './schedule-rules.ts';

/**
 * Shifts. None is ever changed or removed, so a day is judged by the same hours whenever it is derived; and one that is made twice is
 * one, so that whoever got no answer may ask again.
 */
export const makeShiftEndpoints = ({
  sites,
  store,
  newId,
  now,
}: ScheduleDeps): Pick<EndpointsOf<'schedule'>, 'shifts' | 'createShift'> => ({
  shifts: endpoint(operations.shifts, async ({ access, query: { site: asked, cursor, limit } }) => {
    const { site } = await findSite(sites, chooseSite(access, asked));
    const { items, next } = await store.shiftsOfSite(site.id, { after: cursor ?? null, limit });
    return { json: toPage(items.map(toAnswer), next) };
  }),

  createShift: endpoint(operations.createShift, async ({ access, body: { site: asked, ...rules } }) => {
    const { site } = await findSite(sites, chooseSite(access, asked));
    const shift = readByRules(Shift, { ...rules, id: `s-${newId()}` });
    const createdAt = new Date(now()).toISOString();
    const stored = { ...shift, site: site.id, createdAt };
    return { json: toAnswer(await unlessRaced(() => store.addShift(stored))) };
  }),
});

const toAnswer = ({ createdAt: _, ...shift }: StoredShift): z.input<typeof operations.createShift.answer> =>
  shift;

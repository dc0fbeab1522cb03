import type { EndpointsOf } from '../api/make-api.ts';
import { makeAssignmentEndpoints } from './assignment-endpoints.ts';
import { makeHolidayEndpoints } from './holiday-endpoints.ts';
import { makeLeaveEndpoints } from './leave-endpoints.ts';
import type { ScheduleDeps } from './schedule-rules.ts';
import { makeShiftEndpoints } from './shift-endpoints.ts';
import { makeSiteEndpoints } from './site-endpoints.ts';

/**
 * What days are judged by. Every change marks the days that it touches as out of date in its own transaction, and none reaches
 * into a pay period that is closed.
 */
export const makeScheduleEndpoints = (deps: ScheduleDeps): EndpointsOf<'schedule'> => ({
  ...makeSiteEndpoints(deps),
  ...makeShiftEndpoints(deps),
  ...makeAssignmentEndpoints(deps),
  ...makeHolidayEndpoints(deps),
  ...makeLeaveEndpoints(deps),
});

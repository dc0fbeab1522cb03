import type { EndpointsOf } from '../api/make-api.ts';
import { notBuilt } from '../api/not-built.ts';
import { scheduleOperations as operations } from '../api/operations/schedule.ts';

export const makeScheduleEndpoints = (): EndpointsOf<'schedule'> => ({
  sites: notBuilt(operations.sites),
  createSite: notBuilt(operations.createSite),
  site: notBuilt(operations.site),
  changeCalendar: notBuilt(operations.changeCalendar),
  shifts: notBuilt(operations.shifts),
  createShift: notBuilt(operations.createShift),
  assignments: notBuilt(operations.assignments),
  assign: notBuilt(operations.assign),
  endAssignment: notBuilt(operations.endAssignment),
  assignment: notBuilt(operations.assignment),
  holidayLists: notBuilt(operations.holidayLists),
  createHolidayList: notBuilt(operations.createHolidayList),
  holidayList: notBuilt(operations.holidayList),
  changeHolidayList: notBuilt(operations.changeHolidayList),
  leaves: notBuilt(operations.leaves),
  addLeave: notBuilt(operations.addLeave),
  removeLeave: notBuilt(operations.removeLeave),
});

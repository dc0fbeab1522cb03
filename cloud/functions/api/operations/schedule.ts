import * as z from 'zod';
import { SiteId } from '#contract/names.ts';
import { Assignment, Leave } from '../../../domain/schedule/assignment.ts';
import { Shift } from '../../../domain/schedule/shift.ts';
import { HolidayList } from '../../../domain/schedule/site-calendar.ts';
import { Site } from '../../../domain/site.ts';
import { DatedCalendar } from '../../table/schedule-items.ts';
import { listQueryBy } from '../cursor.ts';
import { operation } from '../operation.ts';

const site = SiteId.optional();
const id = z.object({ id: z.string().min(1).max(64) });
/** Lists of shifts are in the order of their ids, those of assignments in that of the person, those of leaves in that of the date. */
const positions = {
  shift: z.string().regex(/^[\w-]{1,64}$/),
  assignment: z.string().regex(/^[\w-]{1,40}#[\w-]{1,40}\.[\w-]{1,20}$/),
  leave: z.string().regex(/^\d{4}-\d\d-\d\d#[\w-]{1,40}\.[\w-]{1,20}$/),
};
const person = z.string().min(1).max(64).optional();
const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), next: z.string().nullable() });

/** A site with its calendars; `configured` = its rules stand in rollcall.config.ts and change by a deployment. */
export const SiteAnswer = z.strictObject({
  ...Site.shape,
  configured: z.boolean(),
  calendars: z.array(z.strictObject(DatedCalendar.shape)),
});
export const ShiftAnswer = z.strictObject({ ...Shift.shape, site: SiteId });
export const AssignmentAnswer = z.strictObject({ ...Assignment.shape });
export const LeaveAnswer = z.strictObject({ ...Leave.shape });

/** What days are judged by. Ids are given out by the API, but for those of sites and holiday lists. */
export const scheduleOperations = {
  sites: operation({
    summary: 'The sites that you reach, with their calendars.',
    answer: pageOf(SiteAnswer),
  }),
  createSite: operation({
    summary: 'Makes a site and links you to it.',
    body: z.strictObject({
      ...Site.shape,
      calendar: z.strictObject(DatedCalendar.shape).omit({ from: true }).partial().optional(),
    }),
    answer: SiteAnswer,
    status: 201,
    repeated: 'same_answer',
  }),
  site: operation({ summary: 'One site.', params: id, answer: SiteAnswer, versioned: true }),
  changeCalendar: operation({
    summary: 'Gives a site another calendar from a date on, which may not lie in a closed period.',
    params: id,
    body: z.strictObject(DatedCalendar.shape),
    answer: SiteAnswer,
    versioned: true,
  }),
  shifts: operation({
    summary: 'Shifts of a site, newest first.',
    query: z.strictObject({ ...listQueryBy(positions.shift), site }),
    answer: pageOf(ShiftAnswer),
  }),
  createShift: operation({
    summary:
      'Makes a shift, or answers the one with these rules. They never change: other hours are another shift.',
    body: z.strictObject({ ...Shift.shape, site: SiteId }).omit({ id: true }),
    answer: ShiftAnswer,
    status: 201,
    repeated: 'same_answer',
  }),
  assignments: operation({
    summary: 'Who works which shift, of a site or of one person.',
    query: z.strictObject({ ...listQueryBy(positions.assignment), site, person }),
    answer: pageOf(AssignmentAnswer),
  }),
  assign: operation({
    summary: 'Assigns a shift to a person from a date on, which may not lie in a closed period.',
    body: z.strictObject({ ...Assignment.shape }).omit({ id: true }),
    answer: AssignmentAnswer,
    status: 201,
    repeated: 'same_answer',
  }),
  endAssignment: operation({
    summary: 'Sets or changes the last date of an assignment.',
    params: id,
    body: z.strictObject({ to: z.iso.date().nullable() }),
    answer: AssignmentAnswer,
    versioned: true,
  }),
  removeAssignment: operation({
    summary: 'Takes back an assignment that was entered wrongly, unless it began in a closed period.',
    params: id,
    answer: 'nothing',
    status: 204,
  }),
  assignment: operation({
    summary: 'One assignment.',
    params: id,
    answer: AssignmentAnswer,
    versioned: true,
  }),
  holidayLists: operation({ summary: 'Every list of holidays.', answer: pageOf(HolidayList) }),
  createHolidayList: operation({
    summary: 'Makes a list of holidays, which sites can follow.',
    body: HolidayList,
    answer: HolidayList,
    status: 201,
    repeated: 'same_answer',
  }),
  holidayList: operation({ summary: 'One list.', params: id, answer: HolidayList, versioned: true }),
  changeHolidayList: operation({
    summary: 'Replaces a list; dates of closed periods must stay as they are.',
    params: id,
    body: HolidayList,
    answer: HolidayList,
    versioned: true,
  }),
  leaves: operation({
    summary: 'Leaves of a site or of one person, latest first.',
    query: z.strictObject({ ...listQueryBy(positions.leave), site, person }),
    answer: pageOf(LeaveAnswer),
  }),
  addLeave: operation({
    summary: 'Enters days that a person need not come.',
    body: z.strictObject({ ...Leave.shape }).omit({ id: true }),
    answer: LeaveAnswer,
    status: 201,
    repeated: 'same_answer',
  }),
  removeLeave: operation({
    summary: 'Takes a leave back; of one that began in a closed period, the days after that.',
    params: id,
    answer: 'nothing',
    status: 204,
  }),
} as const;

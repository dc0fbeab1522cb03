import * as z from 'zod';
import { Me, Now, PunchPage, SightingPage } from '#contract/api.ts';
import { DayPage, Overview, PeriodKind, SummaryAnswer } from '#contract/attendance.ts';
import { AuditPage } from '#contract/audit.ts';
import {
  CorrectionItem,
  CorrectionPage,
  CorrectionState,
  NewCorrection,
  NewDecision,
} from '#contract/correction.ts';
import { DayStatus } from '#contract/day.ts';
import { SiteId } from '#contract/names.ts';
import { Usage } from '#contract/usage.ts';
import { listQuery, listQueryBy } from '../cursor.ts';
import { operation } from '../operation.ts';

const site = SiteId.optional();
const person = z.string().min(1).max(64).optional();
const range = { from: z.iso.date().optional(), to: z.iso.date().optional() };

/** A list of days goes on after a date and person; an export after a whole date, or after one row of a person. */
const daysQuery = listQueryBy(z.string().regex(/^\d{4}-\d\d-\d\d#[\w-]{1,64}$/));
const exportQuery = listQueryBy(z.string().regex(/^\d{4}-\d\d-\d\d#(?:end|[\w-]{1,64}#\d{1,3})$/));

/** Who is in goes on after a person where they were seen last. */
const nowQuery = listQueryBy(
  z.string().regex(/^(?:in|out)#\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#[\w-]{1,64}$/),
);

const exported = z.strictObject({
  site,
  from: z.iso.date(),
  to: z.iso.date(),
  cursor: exportQuery.cursor,
});

/** What is read about attendance, and corrections of it. */
export const attendanceOperations = {
  me: operation({ summary: 'Who you are: groups, sites, linked person.', answer: Me }),
  now: operation({
    summary: 'Who is in at a site on its local date.',
    query: z.strictObject({ ...nowQuery, site }),
    answer: Now,
  }),
  punches: operation({
    summary: 'Punches that count, newest first.',
    query: z.strictObject({ ...listQuery, site, person, ...range }),
    answer: PunchPage,
  }),
  sightings: operation({
    summary: 'What the doors saw and what became of it, without pictures.',
    query: z.strictObject({ ...listQuery, site }),
    answer: SightingPage,
  }),
  days: operation({
    summary: 'Attendance days with the reasons of each, newest first.',
    query: z.strictObject({ ...daysQuery, site, person, ...range, status: DayStatus.optional() }),
    answer: DayPage,
  }),
  overview: operation({
    summary: 'A site’s day in sums; today if no date is given.',
    query: z.strictObject({ site, date: z.iso.date().optional() }),
    answer: Overview,
  }),
  summary: operation({
    summary: 'A week or month of a person, or of a whole site, beside the one before.',
    query: z.strictObject({
      site,
      person,
      period: PeriodKind,
      /** Any date of the period; today if not given. */
      date: z.iso.date().optional(),
    }),
    answer: SummaryAnswer,
  }),
  exportCsv: operation({
    summary: 'Payroll columns as CSV, in order of date and person; a `Link` header leads to the rest.',
    query: exported.extend({ bom: z.enum(['0', '1']).default('0') }),
    answer: 'text/csv',
  }),
  exportJson: operation({
    summary: 'The same columns as JSON.',
    query: exported,
    answer: z.strictObject({
      items: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))),
      next: z.string().nullable(),
    }),
  }),
  corrections: operation({
    summary: 'Corrections asked for, newest first.',
    query: z.strictObject({ ...listQuery, site, person, state: CorrectionState.optional() }),
    answer: CorrectionPage,
  }),
  requestCorrection: operation({
    summary: 'Asks for a correction of a day.',
    body: NewCorrection,
    answer: CorrectionItem,
    status: 201,
    repeated: 'same_answer',
  }),
  decideCorrection: operation({
    summary: 'Approves or refuses a correction; never one’s own.',
    params: z.object({ id: z.string().min(1).max(64) }),
    body: NewDecision,
    answer: CorrectionItem,
    repeated: 'same_answer',
  }),
  audit: operation({
    summary: 'Who changed or took out what, newest first, on UTC dates.',
    query: z.strictObject({ ...listQuery, ...range }),
    answer: AuditPage,
  }),
  usage: operation({ summary: 'Searches of this month, what they cost and will cost.', answer: Usage }),
} as const;

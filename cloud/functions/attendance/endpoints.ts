import type { EndpointsOf } from '../api/make-api.ts';
import { type AuditDeps, makeAuditEndpoints } from './audit-endpoints.ts';
import { type CorrectionsDeps, makeCorrectionsEndpoints } from './corrections-endpoints.ts';
import { type DayDeps, makeDayEndpoints } from './day-endpoints.ts';
import { type ExportDeps, makeExportEndpoints } from './export-endpoints.ts';
import { makeTimelineEndpoints, type TimelineDeps } from './timeline-endpoints.ts';
import { makeUsageEndpoints, type UsageDeps } from './usage.ts';

export type AttendanceDeps = TimelineDeps & DayDeps & ExportDeps & UsageDeps & CorrectionsDeps & AuditDeps;

/** Everything that is read about attendance, and corrections of it; each area has its own file. */
export const makeAttendanceEndpoints = (deps: AttendanceDeps): EndpointsOf<'attendance'> => ({
  ...makeTimelineEndpoints(deps),
  ...makeDayEndpoints(deps),
  ...makeExportEndpoints(deps),
  ...makeCorrectionsEndpoints(deps),
  ...makeUsageEndpoints(deps),
  ...makeAuditEndpoints(deps),
});

/**
 * Columns of the payroll export, in order. They mirror Frappe's Shift Attendance report; new ones are added at the end only, because
 * payroll programs read them by position. Times are ISO 8601 with the offset of the site's zone, in whole seconds.
 */
export const payrollColumns = [
  'employee_no',
  'name',
  'department',
  'site',
  'shift',
  'attendance_date',
  'shift_start',
  'shift_end',
  'in_time',
  'out_time',
  'worked_minutes',
  'expected_minutes',
  'late_by_minutes',
  'early_by_minutes',
  'status',
  'flags',
  'corrected',
  'correction_ids',
  'source_in',
  'source_out',
  'confidence_in',
  'overtime_minutes',
  'break_minutes',
  'settled',
] as const;

/** One shift of one day of one person; null where there is nothing to say. */
export type PayrollRow = Readonly<Record<(typeof payrollColumns)[number], string | number | null>>;

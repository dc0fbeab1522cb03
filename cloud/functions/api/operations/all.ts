import type { RouteName } from '#contract/routes.ts';
import type { Operation } from '../operation.ts';
import { attendanceOperations } from './attendance.ts';
import { checkInOperations } from './check-in.ts';
import { doorsOperations } from './doors.ts';
import { peopleOperations } from './people.ts';
import { scheduleOperations } from './schedule.ts';

/** Every operation of the API, for the document and for tests; a function bundles only its own. */
export const operations: Readonly<Record<RouteName, Operation>> = {
  ...attendanceOperations,
  ...checkInOperations,
  ...doorsOperations,
  ...peopleOperations,
  ...scheduleOperations,
};

import type { EndpointsOf } from '../api/make-api.ts';
import { notBuilt } from '../api/not-built.ts';
import { checkInOperations as operations } from '../api/operations/check-in.ts';

export const makeCheckInEndpoints = (): EndpointsOf<'check-in'> => ({
  checkIn: notBuilt(operations.checkIn),
  punchByPin: notBuilt(operations.punchByPin),
});

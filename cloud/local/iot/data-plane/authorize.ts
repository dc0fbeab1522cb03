import { arn } from '../../account.ts';
import { ServiceError, type ServiceRequest } from '../../gateway/service.ts';

/** Checks a grant; the data plane says ForbiddenException where other services say AccessDeniedException. */
export const authorizeDataPlane = (request: ServiceRequest, action: string, resource: string): void => {
  try {
    request.authorize(action, arn('iot', resource));
  } catch (error) {
    if (error instanceof ServiceError) throw new ServiceError('ForbiddenException', error.message, 403);
    throw error;
  }
};

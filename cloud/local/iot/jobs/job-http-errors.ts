import { ServiceError } from '../../gateway/service.ts';
import { JobError, type JobErrorCode } from './jobs.ts';

const answers: Readonly<Record<JobErrorCode, readonly [code: string, status: number]>> = {
  InvalidJson: ['InvalidRequestException', 400],
  InvalidRequest: ['InvalidRequestException', 400],
  InvalidStateTransition: ['InvalidStateTransitionException', 409],
  ResourceNotFound: ['ResourceNotFoundException', 404],
  ResourceAlreadyExists: ['ResourceAlreadyExistsException', 409],
  VersionMismatch: ['VersionConflictException', 409],
  TerminalStateReached: ['TerminalStateException', 410],
};

/** Runs an operation of the Jobs service; what it refuses becomes AWS's HTTP error. */
export const asHttp = async <T>(run: () => T | Promise<T>): Promise<T> => {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    const [code, status] = answers[error.code];
    throw new ServiceError(code, error.message, status);
  }
};

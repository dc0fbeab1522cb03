/**
 * What a function throws. Anything else that can be expected is a value, among it everything that a door got wrong:
 * that is a recorded rejection (`RejectionReason`), never thrown and so never tried again.
 * Each error says who must act: nobody but the next try, or an operator.
 */

/** Trying the same event again may succeed: throttling, a server error, a lost race. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  readonly code: string;
  constructor(code: string, cause?: unknown) {
    super(`${code}${describe(cause)}: the event is tried again`, { cause });
    this.code = code;
  }
}

/** Trying again cannot help until someone changes the installation: a missing grant, resource or setting. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
  readonly code: string;
  constructor(code: string, remedy: string, cause?: unknown) {
    super(`${code}${describe(cause)}: ${remedy}`, { cause });
    this.code = code;
  }
}

const operatorCodes: Readonly<Record<string, string>> = {
  // S3 leaves the second half of the word away.
  AccessDenied: 'the function’s role lacks this grant; add it in cloud/infra and deploy',
  NoSuchBucket: 'the bucket is gone; deploy the stack again',
  AccessDeniedException: 'the function’s role lacks this grant; add it in cloud/infra and deploy',
  AuthorizationErrorException: 'the function’s role lacks this grant; add it in cloud/infra and deploy',
  ForbiddenException: 'the function’s role lacks this grant; add it in cloud/infra and deploy',
  KMSAccessDeniedException:
    'the function’s role may not use the key; add the grant in cloud/infra and deploy',
  NotFoundException: 'the topic is gone; deploy the stack again',
  ResourceNotFoundException: 'the table or collection is gone; deploy the stack again',
  UnrecognizedClientException: 'the function’s credentials are not valid in this account',
};

/** Errors that no retry cures: a fault in the code, or stored data that does not fit it. */
const faults = new Set(['TypeError', 'RangeError', 'ReferenceError', 'ZodError', 'ValidationException']);

/** What AWS answers to more requests than a quota allows, whatever the service calls it. */
const throttles = new Set([
  'ThrottlingException',
  'ThrottledException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'TooManyRequestsException',
  'LimitExceededException',
]);

/** Sorts any error into one of the two; a thrown error of ours passes as it is. What is not known is tried again: nothing is lost. */
export const whoMustAct = (error: unknown): RetryLater | OperatorError => {
  if (error instanceof RetryLater || error instanceof OperatorError) return error;
  const name = error instanceof Error ? error.name : 'unknown_error';
  const remedy = operatorCodes[name];
  if (remedy !== undefined) return new OperatorError('aws_refused', remedy, error);
  if (faults.has(name)) return new OperatorError('fault', 'a developer has to look at the cause', error);
  return new RetryLater(isThrottle(error) ? 'throttled' : 'call_failed', error);
};

export const isThrottle = (error: unknown): boolean => error instanceof Error && throttles.has(error.name);

/** The class of what went wrong underneath, for a log: a message may hold data, a class does not. */
export const causeName = (error: Error): string =>
  error.cause instanceof Error ? error.cause.name : error.name;

const describe = (cause: unknown): string =>
  cause instanceof Error ? ` (${cause.name}: ${cause.message})` : '';

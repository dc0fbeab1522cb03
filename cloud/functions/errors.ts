/**
 * What a function throws. Anything else that can be expected is a value.
 * Each says who must act: nobody but Lambda's own retry, or an operator.
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
  AccessDeniedException: 'the function’s role lacks this grant; add it in cloud/infra and deploy',
  ResourceNotFoundException: 'the table or collection is gone; deploy the stack again',
  UnrecognizedClientException: 'the function’s credentials are not valid in this account',
};

/** Errors that no retry cures: a fault in the code, or stored data that does not fit it. */
const faults = new Set(['TypeError', 'RangeError', 'ReferenceError', 'ZodError']);

/** Sorts any error into one of the two; a thrown error of ours passes as it is. */
export const whoMustAct = (error: unknown): RetryLater | OperatorError => {
  if (error instanceof RetryLater || error instanceof OperatorError) return error;
  const name = error instanceof Error ? error.name : 'unknown_error';
  const remedy = operatorCodes[name];
  if (remedy !== undefined) return new OperatorError('aws_refused', remedy, error);
  if (faults.has(name)) return new OperatorError('fault', 'a developer has to look at the cause', error);
  return new RetryLater('call_failed', error);
};

const describe = (cause: unknown): string =>
  cause instanceof Error ? ` (${cause.name}: ${cause.message})` : '';

/**
 * Why the door has no usable identity. `retryable` tells whether the same call can succeed later without anybody acting;
 * the message says what to do. It never holds a key, a code or a certificate.
 */
export type IdentityErrorCode =
  | 'loose_permissions'
  | 'damaged'
  | 'claim_missing'
  | 'claim_refused'
  | 'not_allowed'
  | 'clock_wrong'
  | 'unreachable'
  | 'untrusted_server'
  | 'no_answer'
  | 'bad_answer';

export class IdentityError extends Error {
  readonly code: IdentityErrorCode;
  readonly retryable: boolean;
  constructor(code: IdentityErrorCode, retryable: boolean, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.retryable = retryable;
  }
}

import type { Problem } from '#contract/api.ts';

const titles = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Conflict',
  412: 'Changed meanwhile',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Not usable',
  428: 'If-Match needed',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Busy',
} as const;

export type RefusalStatus = keyof typeof titles;

/** A request that is answered with a problem document (RFC 9457). `detail` tells the caller what to do. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly problem: Problem & { readonly status: RefusalStatus };
  /** Seconds after which it is worth trying again; sent as `Retry-After`. */
  readonly retryAfterSeconds: number | undefined;
  constructor(status: RefusalStatus, detail: string, errors?: Problem['errors'], retryAfterSeconds?: number) {
    super(detail);
    this.retryAfterSeconds = retryAfterSeconds;
    this.problem = {
      type: 'about:blank',
      title: titles[status],
      status,
      detail,
      ...(errors === undefined ? {} : { errors }),
    };
  }
}

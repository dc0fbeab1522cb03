import type { ServiceResponse } from '../gateway/service.ts';

/** An error as RFC 9457 has it; `detail` says what to do. */
export const problem = (
  status: number,
  title: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): ServiceResponse => ({
  status,
  headers: { ...headers, 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  body: `${JSON.stringify({ title, status, detail })}\n`,
});

/** An answer to a method that a path does not have. */
export const methodNotAllowed = (...allowed: readonly string[]): ServiceResponse =>
  problem(405, 'Method not allowed', `This address takes ${allowed.join(', ')}.`, {
    allow: allowed.join(', '),
  });

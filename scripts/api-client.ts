import { Problem } from '#contract/api.ts';

export type ApiClient = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<unknown>;

/** An answer of the API that is not a success; `status` is the HTTP status. */
class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Calls the HTTP API with an access token. A Buffer is sent as a JPEG, anything else as JSON; an answer that is not JSON comes back as
 * text. Throws ApiError.
 */
export const makeApiClient =
  (api: string, accessToken: string): ApiClient =>
  async (method, path, body, headers) => {
    const answer = await fetch(`${api}${path}`, {
      method,
      headers: {
        ...headers,
        authorization: `Bearer ${accessToken}`,
        ...(body === undefined
          ? {}
          : { 'content-type': Buffer.isBuffer(body) ? 'image/jpeg' : 'application/json' }),
      },
      ...(body === undefined
        ? {}
        : { body: Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = /[/+]json\b/.test(answer.headers.get('content-type') ?? '');
    const json: unknown = isJson ? JSON.parse(text) : text || undefined;
    if (answer.ok) return json;
    const problem = Problem.safeParse(json);
    const words = problem.success
      ? `${problem.data.title}: ${problem.data.detail ?? ''}`
      : text.slice(0, 200);
    throw new ApiError(answer.status, `${method} ${path} answered ${answer.status}: ${words}`);
  };

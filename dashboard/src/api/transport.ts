import { Problem } from '#contract/api.ts';
import { apiBase, type RouteName, routes } from '#contract/routes.ts';
import type { Session } from '../session/session.ts';

/** Why a question to the API has no answer. Each is shown to the person in words (failure-words.ts). */
export type Failure =
  | { readonly kind: 'signed_out' }
  | { readonly kind: 'forbidden'; readonly detail: string }
  | { readonly kind: 'unreachable' }
  | {
      readonly kind: 'problem';
      readonly status: number;
      readonly detail: string;
      /** From `Retry-After`, where the API says when to come back. */
      readonly retryAfterSeconds?: number;
    }
  | { readonly kind: 'not_understood' };

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure };

type Query = Readonly<Record<string, string | undefined>>;

/** One call of a route. `intent` is its Idempotency-Key: the same for as long as the same thing is wanted. */
export type Call = {
  readonly route: RouteName;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Query;
  readonly json?: unknown;
  readonly picture?: Blob;
  readonly intent?: string;
};

/** Answers a successful response, else why there is none. */
export type Send = (call: Call | { readonly url: string }) => Promise<Answer<Response>>;

const giveUpAfterMs = 10_000;
/** A picture on a slow line, and an export, take their time. */
const giveUpOnLongAfterMs = 40_000;

/** Sends calls with the access token; a refused token is renewed once, and the call repeated as it was. */
export const makeSend = (deps: {
  readonly session: Pick<Session, 'accessToken' | 'renew'>;
  readonly fetch: typeof fetch;
}): Send => {
  const sendOnce = async (call: Parameters<Send>[0]): Promise<Response | Failure> => {
    const token = await deps.session.accessToken();
    if (token === undefined) return { kind: 'signed_out' };
    const { url, init, isLong } = requestOf(call);
    try {
      return await deps.fetch(url, {
        ...init,
        headers: { ...init.headers, authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(isLong ? giveUpOnLongAfterMs : giveUpAfterMs),
      });
    } catch {
      return { kind: 'unreachable' };
    }
  };

  return async (call) => {
    let answer = await sendOnce(call);
    // A token may be refused before it runs out, for instance after its user was signed out everywhere.
    if (answer instanceof Response && answer.status === 401)
      answer = (await deps.session.renew()) ? await sendOnce(call) : { kind: 'signed_out' };
    if (!(answer instanceof Response)) return { ok: false, failure: answer };
    return answer.ok ? { ok: true, value: answer } : { ok: false, failure: await failureOf(answer) };
  };
};

type Request = {
  readonly url: string;
  readonly init: RequestInit & { readonly headers: Readonly<Record<string, string>> };
  readonly isLong: boolean;
};

const requestOf = (call: Parameters<Send>[0]): Request => {
  const headers = { accept: 'application/json' };
  if ('url' in call) return { url: call.url, init: { headers }, isLong: true };
  const { route, params = {}, query = {}, json, picture, intent } = call;
  const body = picture ?? (json === undefined ? undefined : JSON.stringify(json));
  return {
    url: urlOf(route, params, query),
    init: {
      method: routes[route].method,
      headers: {
        ...headers,
        ...(body === undefined ? {} : { 'content-type': picture?.type ?? 'application/json' }),
        ...(intent === undefined ? {} : { 'idempotency-key': intent }),
      },
      ...(body === undefined ? {} : { body }),
    },
    isLong: picture !== undefined || route === 'exportCsv',
  };
};

const urlOf = (route: RouteName, params: Readonly<Record<string, string>>, query: Query): string => {
  const path = routes[route].path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  );
  const present = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value]],
  );
  const search = new URLSearchParams(present).toString();
  return `${apiBase}${path}${search === '' ? '' : `?${search}`}`;
};

const failureOf = async (answer: Response): Promise<Failure> => {
  const { status } = answer;
  const problem = Problem.safeParse(await answer.json().catch(() => undefined));
  const words = problem.success ? wordsOf(problem.data) : '';
  if (status === 401) return { kind: 'signed_out' };
  if (status === 403) return { kind: 'forbidden', detail: words };
  const retryAfter = Number(answer.headers.get('retry-after') ?? Number.NaN);
  // What stands between this page and the API answers so while the API is away; the API itself says what to do.
  if (status === 502 || status === 504 || (status === 503 && words === '')) return { kind: 'unreachable' };
  return {
    kind: 'problem',
    status,
    detail: words,
    ...(Number.isFinite(retryAfter) ? { retryAfterSeconds: retryAfter } : {}),
  };
};

const wordsOf = ({ title, detail, errors = [] }: Problem): string =>
  [detail ?? title, ...errors.map(({ path, message }) => `${path}: ${message}`)].join(' ');

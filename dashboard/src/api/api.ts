import type { z } from 'zod';
import { Me, Now, Problem, PunchPage, SightingPage } from '#contract/api.ts';
import { apiBase, type RouteName, routes } from '#contract/routes.ts';
import type { Session } from '../session/session.ts';

/** Why a question to the API has no answer. Each is shown to the person in words (failure-words.ts). */
export type Failure =
  | { readonly kind: 'signed_out' }
  | { readonly kind: 'forbidden'; readonly detail: string }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'problem'; readonly status: number; readonly detail: string }
  | { readonly kind: 'not_understood' };

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure };

/** Which part of a list. Without a cursor: its newest entries. */
export type PageQuery = {
  readonly site: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
};

/** The API as this page uses it; answers are checked against the contract. */
export interface Api {
  me(): Promise<Answer<Me>>;
  now(site: string): Promise<Answer<Now>>;
  punches(query: PageQuery): Promise<Answer<PunchPage>>;
  sightings(query: PageQuery): Promise<Answer<SightingPage>>;
}

type Query = Readonly<Record<string, string | undefined>>;

const giveUpAfterMs = 10_000;

export const makeApi = (deps: {
  readonly session: Pick<Session, 'accessToken' | 'renew'>;
  readonly fetch: typeof fetch;
}): Api => {
  const send = async (url: string): Promise<Response | Failure> => {
    const token = await deps.session.accessToken();
    if (token === undefined) return { kind: 'signed_out' };
    try {
      return await deps.fetch(url, {
        headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
        signal: AbortSignal.timeout(giveUpAfterMs),
      });
    } catch {
      return { kind: 'unreachable' };
    }
  };

  const ask = async <S extends z.ZodType>(
    name: RouteName,
    query: Query,
    schema: S,
  ): Promise<Answer<z.output<S>>> => {
    const url = urlOf(name, query);
    let answer = await send(url);
    // A token may be refused before it runs out, for instance after its user was signed out everywhere.
    if (answer instanceof Response && answer.status === 401)
      answer = (await deps.session.renew()) ? await send(url) : { kind: 'signed_out' };
    if (!(answer instanceof Response)) return { ok: false, failure: answer };
    const body: unknown = await answer.json().catch(() => undefined);
    if (!answer.ok) return { ok: false, failure: failureOf(answer.status, body) };
    const parsed = schema.safeParse(body);
    return parsed.success
      ? { ok: true, value: parsed.data }
      : { ok: false, failure: { kind: 'not_understood' } };
  };

  return {
    me: () => ask('me', {}, Me),
    now: (site) => ask('now', { site }, Now),
    punches: (query) => ask('punches', pageQuery(query), PunchPage),
    sightings: (query) => ask('sightings', pageQuery(query), SightingPage),
  };
};

const pageQuery = ({ site, cursor, limit }: PageQuery): Query => ({ site, cursor, limit: String(limit) });

const urlOf = (name: RouteName, query: Query): string => {
  const present = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value]],
  );
  const search = new URLSearchParams(present).toString();
  return `${apiBase}${routes[name].path}${search === '' ? '' : `?${search}`}`;
};

const failureOf = (status: number, body: unknown): Failure => {
  const problem = Problem.safeParse(body);
  const words = problem.success ? (problem.data.detail ?? problem.data.title) : '';
  if (status === 401) return { kind: 'signed_out' };
  if (status === 403) return { kind: 'forbidden', detail: words };
  // What stands between this page and the API answers so while the API is away.
  if (status === 502 || status === 503 || status === 504) return { kind: 'unreachable' };
  return { kind: 'problem', status, detail: words };
};

import { type Context, Hono } from 'hono';
import type { LambdaEvent } from 'hono/aws-lambda';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type ApiFunction, apiBase, type Route, routes } from '#contract/routes.ts';
import { whoMustAct } from '../errors.ts';
import type { Log } from '../log.ts';
import type { StoredLink } from '../table/items.ts';
import { type Audit, aboutOf, isAudited } from './audit.ts';
import { type Access, authorise } from './authorise.ts';
import { parseCaller } from './caller.ts';
import type { Endpoint, RawAnswer, RawRequest } from './endpoint.ts';
import {
  answerOnce,
  fingerprintOf,
  type Once,
  type OnceRequest,
  parseIdempotencyKey,
} from './idempotency.ts';
import { Refusal } from './refusal.ts';

/** Exactly the routes that the contract gives to a function: one missing or one too many does not compile. */
export type EndpointsOf<F extends ApiFunction> = {
  readonly [N in keyof typeof routes as (typeof routes)[N]['function'] extends F ? N : never]: Endpoint;
};

export type ApiDeps = {
  /** What HR decided about a user; nothing at all for a user who has only signed up. */
  readonly findLink: (sub: string) => Promise<StoredLink>;
  /** Which requests with an `Idempotency-Key` were done already. */
  readonly once: Once;
  readonly audit: Audit;
  readonly log: Log;
};

type Bindings = { readonly event: LambdaEvent };
type App = Hono<{ Bindings: Bindings }>;

/** A function's share of the API. Every route authorises by the contract's table before its endpoint sees the request. */
export const makeApi = <F extends ApiFunction>(endpoints: EndpointsOf<F>, deps: ApiDeps): App => {
  const { findLink, log } = deps;
  const app: App = new Hono();
  for (const [name, endpoint] of Object.entries<Endpoint>(endpoints)) {
    const route: Route = routes[name as keyof typeof routes];
    const path = `${apiBase}${route.path}`.replaceAll(/\{(\w+)\}/g, ':$1');
    app.on(route.method, path, async (c) => {
      const startedMs = performance.now();
      let sub: string | null = null;
      let response: Response;
      try {
        const caller = parseCaller(claimsOf(c.env.event));
        sub = caller.sub;
        const reach = authorise(route, caller);
        const access = { caller, reach, link: await findLink(sub) };
        response = await answer(c, name, endpoint, access, deps);
      } catch (error) {
        response = refuse(c, error, name, log);
      }
      log.info('api.answered', {
        route: name,
        status: response.status,
        sub,
        ms: Math.round(performance.now() - startedMs),
      });
      return response;
    });
  }
  app.notFound((c) => problem(c, new Refusal(404, 'There is no such route.')));
  return app;
};

const answer = async (
  c: Context<{ Bindings: Bindings }>,
  name: string,
  endpoint: Endpoint,
  access: Access,
  deps: ApiDeps,
): Promise<Response> => {
  const request: RawRequest = {
    access,
    params: c.req.param() as Record<string, string>,
    query: c.req.queries(),
    contentType: c.req.header('content-type') ?? '',
    ifMatch: c.req.header('if-match'),
    bytes: async () => new Uint8Array(await c.req.arrayBuffer()),
  };
  const { repeated } = endpoint.operation;
  const sentKey = c.req.header('idempotency-key');
  const run = async () => {
    const answered = await endpoint.answer(request);
    if (isAudited(routes[name as keyof typeof routes])) await noteAudit(deps, name, request, answered);
    return answered;
  };
  const { status, headers, body } =
    repeated === undefined || sentKey === undefined
      ? await run()
      : await answerOnce(deps, await onceRequest(c, name, access, sentKey, request), repeated, run);
  const all = { ...headers, 'cache-control': 'no-store' };
  if (body === null) return c.body(null, status as 204, all);
  if ('json' in body) return c.json(body.json, status as ContentfulStatusCode, all);
  // API Gateway takes an answer only whole.
  let text = '';
  for await (const part of body.text) text += part;
  return c.body(text, status as ContentfulStatusCode, { ...all, 'content-type': body.contentType });
};

/** Writes down who did it. The change is made by then, so a failure is logged with the same ids and does not take it back. */
const noteAudit = async (
  { audit, log }: ApiDeps,
  route: string,
  request: RawRequest,
  answered: RawAnswer,
): Promise<void> => {
  const { sub, groups } = request.access.caller;
  const about = aboutOf(request, answered);
  try {
    await audit.note({ by: { sub, groups: [...groups] }, route, about });
  } catch (error) {
    const cause = error instanceof Error ? error.name : 'unknown_error';
    log.error('audit.failed', { route, sub, about, cause });
  }
};

const onceRequest = async (
  c: Context<{ Bindings: Bindings }>,
  route: string,
  { caller }: Access,
  sentKey: string,
  { bytes }: RawRequest,
): Promise<OnceRequest> => {
  const { pathname, search } = new URL(c.req.url);
  const key = parseIdempotencyKey(sentKey);
  const fingerprint = fingerprintOf(key, c.req.method, pathname + search, await bytes());
  return { sub: caller.sub, route, key, fingerprint };
};

const refuse = (c: Context<{ Bindings: Bindings }>, error: unknown, route: string, log: Log): Response => {
  if (error instanceof Refusal) return problem(c, error);
  const thrown = whoMustAct(error);
  log.error('api.failed', {
    route,
    code: thrown.code,
    cause: error instanceof Error ? error.name : 'unknown_error',
  });
  return problem(c, new Refusal(500, 'Try again in a moment; the operator’s log has the cause.'));
};

const problem = (
  c: Context<{ Bindings: Bindings }>,
  { problem: body, retryAfterSeconds }: Refusal,
): Response =>
  c.json(body, body.status, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  });

/** The verified claims, where API Gateway's JWT authorizer puts them (payload format 2.0). */
const claimsOf = (event: LambdaEvent): unknown => {
  const context: { readonly authorizer?: { readonly jwt?: { readonly claims?: unknown } } } =
    'requestContext' in event ? (event.requestContext as object) : {};
  return context.authorizer?.jwt?.claims;
};

import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Me, Now, PunchItem, SightingItem } from '#contract/api.ts';
import { golden } from '#contract/golden.ts';
import { attendanceAnswer, type StubAttendance } from './stub-attendance-for-tests.ts';

/** What the stub answers; a test changes it while the page runs. */
export type StubData = {
  attendance: StubAttendance;
  me: Me;
  now: Now;
  punches: PunchItem[];
  sightings: SightingItem[];
  /** `down` = the connection breaks at every API call. */
  api: 'up' | 'down';
  /** Whether every API call but `/me` is answered with 403. */
  refuseLists: boolean;
  /** Seconds until the access tokens handed out from now on run out. */
  tokenSeconds: number;
  pageSize: number;
};

/** One request as the stub saw it; `body` is a form, if one came, and `bytes` whatever came. */
type Seen = {
  readonly method: string;
  readonly path: string;
  readonly body: URLSearchParams;
  readonly bytes: Buffer;
  readonly headers: IncomingMessage['headers'];
};

/** The policy that the stack sends with every page; the sign-in pages are on the same origin here. */
const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'none'; " +
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
};

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** The built pages, a sign-in that asks nothing, and an API with the given data, all on one loopback origin. */
export const startStubOrigin = async (distDir: string, data: StubData) => {
  const seen: Seen[] = [];
  const tokens = new Set<string>();
  let renewals: 'granted' | 'refused' = 'granted';

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://stub');
    const bytes = await buffer(request);
    const { method = '', headers } = request;
    const body = new URLSearchParams(bytes.toString('latin1'));
    seen.push({ method, path: url.pathname + url.search, body, bytes, headers });
    const json = (status: number, value: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    if (url.pathname.startsWith('/api/v1/')) {
      const asked = { method, url, body: bytes.toString() };
      const found = apiAnswer(headers.authorization?.replace('Bearer ', '') ?? '', asked);
      if (found === undefined) return void response.destroy();
      response.writeHead(found.status, { 'content-type': 'application/json', ...found.headers });
      return void response.end(found.text ?? (found.json === undefined ? '' : JSON.stringify(found.json)));
    }
    switch (url.pathname) {
      case '/config.json':
        return json(200, { ...golden('dashboard-config'), signInDomain: origin() });
      case '/oauth2/authorize': {
        const back = new URL(url.searchParams.get('redirect_uri') ?? '');
        back.search = new URLSearchParams({
          code: 'c',
          state: url.searchParams.get('state') ?? '',
        }).toString();
        response.writeHead(302, { location: back.href });
        return void response.end();
      }
      case '/oauth2/token': {
        if (body.get('grant_type') === 'authorization_code') renewals = 'granted';
        else if (renewals === 'refused') return json(400, { error: 'invalid_grant' });
        const token = randomUUID();
        tokens.add(token);
        const claims = Buffer.from(JSON.stringify({ sub: data.me.sub })).toString('base64url');
        return json(200, {
          access_token: token,
          id_token: `e30.${claims}.x`,
          refresh_token: 'refresh',
          token_type: 'Bearer',
          expires_in: data.tokenSeconds,
        });
      }
      case '/oauth2/revoke':
        return json(200, {});
      case '/logout':
        response.writeHead(302, { location: url.searchParams.get('logout_uri') ?? '/' });
        return void response.end();
      default: {
        const file = path.extname(url.pathname) === '' ? '/index.html' : url.pathname;
        response.writeHead(200, { 'content-type': types[path.extname(file)] ?? '', ...securityHeaders });
        response.end(await readFile(path.join(distDir, path.normalize(file))));
      }
    }
  };

  /** The answer to an API call; undefined = the connection breaks. */
  const apiAnswer = (
    token: string,
    asked: Parameters<typeof attendanceAnswer>[2],
  ): ReturnType<typeof attendanceAnswer> => {
    const { url } = asked;
    if (data.api === 'down') return undefined;
    if (tokens.has(token) === false) return { status: 401, json: { ...golden('problem'), status: 401 } };
    if (data.refuseLists && url.pathname.endsWith('/me') === false)
      return { status: 403, json: golden('problem') };
    const page = <T>(items: readonly T[]) => {
      const from = Number(url.searchParams.get('cursor') ?? 0);
      const to = from + data.pageSize;
      return { items: items.slice(from, to), next: to < items.length ? String(to) : null };
    };
    switch (url.pathname.slice('/api/v1'.length)) {
      case '/me':
        return { status: 200, json: data.me };
      case '/attendance/now':
        return { status: 200, json: data.now };
      case '/attendance/punches':
        return { status: 200, json: page(data.punches) };
      case '/sightings':
        return { status: 200, json: page(data.sightings) };
      default:
        return attendanceAnswer(data.attendance, page, asked);
    }
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin: origin(),
    seen,
    /** Every token is refused from now on, and none is renewed; a new sign-in works. */
    endSignIns() {
      tokens.clear();
      renewals = 'refused';
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

import { describe, expect, it } from 'vitest';
import { golden } from '#contract/golden.ts';
import { makeApi } from './api.ts';
import { failureWords } from './failure-words.ts';
import { reachOn } from './permission.ts';

/** An API whose server answers from a list, in order; `sent` collects URL and token. */
const apiAgainst = (
  answers: (Response | Error)[],
  session: { token?: string; renewed?: string } = { token: 'a' },
) => {
  const sent: string[] = [];
  let token = session.token;
  const api = makeApi({
    session: {
      accessToken: async () => token,
      renew: async () => {
        token = session.renewed;
        return token !== undefined;
      },
    },
    fetch: async (url, init) => {
      sent.push(`${url} ${new Headers(init?.headers).get('authorization')}`);
      const next = answers.shift();
      if (next instanceof Response) return next;
      throw next ?? new Error('nothing was to be asked any more');
    },
  });
  return { api, sent };
};
const json = (status: number, value: unknown) => new Response(JSON.stringify(value), { status });
const refusal = (status: number) => json(status, { ...golden('problem'), status });

describe('the API client', () => {
  it('asks below /api/v1 with the access token and checks the answer', async () => {
    const { api, sent } = apiAgainst([json(200, golden('punches'))]);
    const answer = await api.punches({ site: 'main', cursor: 'c/1', limit: 25 });
    expect(sent).toEqual(['/api/v1/attendance/punches?site=main&cursor=c%2F1&limit=25 Bearer a']);
    expect(answer).toEqual({ ok: true, value: golden('punches') });
  });

  it('does not show an answer that is not of the contract', async () => {
    const { api } = apiAgainst([json(200, { ...golden('me'), groups: ['emperor'] })]);
    expect(await api.me()).toEqual({ ok: false, failure: { kind: 'not_understood' } });
  });

  it('renews a refused token once and asks again', async () => {
    const { api, sent } = apiAgainst([refusal(401), json(200, golden('me'))], {
      token: 'old',
      renewed: 'new',
    });
    expect(await api.me()).toMatchObject({ ok: true });
    expect(sent.map((line) => line.split(' ').at(-1))).toEqual(['old', 'new']);
  });

  it('ends the session when the token cannot be renewed, or is refused again', async () => {
    const ended = { ok: false, failure: { kind: 'signed_out' } };
    expect(await apiAgainst([refusal(401)], { token: 'old' }).api.me()).toEqual(ended);
    expect(await apiAgainst([refusal(401), refusal(401)], { token: 'old', renewed: 'new' }).api.me()).toEqual(
      ended,
    );
    expect(await apiAgainst([], {}).api.me()).toEqual(ended);
  });

  it('says why something is refused in the words of the API, which knows', async () => {
    const wordsFor = async (refused: Response) => {
      const answer = await apiAgainst([refused]).api.now('main');
      return answer.ok ? '' : failureWords(answer.failure);
    };
    expect(await wordsFor(refusal(403))).toBe(golden('problem').detail);
    expect(await wordsFor(json(403, { message: 'Forbidden' }))).toBe('You may not see this.');
  });

  it('tells being unreachable from being refused', async () => {
    for (const away of [new Error('network'), json(503, {}), new Response('<html>', { status: 502 })])
      expect(await apiAgainst([away]).api.me()).toEqual({ ok: false, failure: { kind: 'unreachable' } });
    expect(await apiAgainst([json(500, {})]).api.me()).toEqual({
      ok: false,
      failure: { kind: 'problem', status: 500, detail: '' },
    });
  });
});

describe('what the API client sends', () => {
  const apiSeeing = (...answers: Response[]) => {
    const requests: Request[] = [];
    const api = makeApi({
      session: { accessToken: async () => 'a', renew: async () => true },
      fetch: async (url, init) => {
        requests.push(new Request(new URL(String(url), 'https://pages.example'), init));
        return answers.shift() ?? refusal(500);
      },
    });
    return { api, requests };
  };

  it('is the same intent when a refused token was renewed in between', async () => {
    const { api, requests } = apiSeeing(refusal(401), refusal(409));
    await api.decideCorrection('p-1.c/1', { decision: 'refused', note: '' }, 'key-1');
    expect(requests.map(({ url }) => new URL(url).pathname)).toEqual(
      Array(2).fill('/api/v1/corrections/p-1.c%2F1/decision'),
    );
    expect(requests.map(({ headers }) => headers.get('idempotency-key'))).toEqual(['key-1', 'key-1']);
    expect(await requests[1]?.json()).toEqual({ decision: 'refused', note: '' });
  });

  it('is the picture itself, with the direction in the address', async () => {
    const { api, requests } = apiSeeing(refusal(403));
    await api.checkIn(new Blob(['jpeg'], { type: 'image/jpeg' }), 'out', 'key-1');
    expect(requests[0]?.headers.get('content-type')).toBe('image/jpeg');
    expect(new URL(requests[0]?.url ?? '').search).toBe('?direction=out');
    expect(await requests[0]?.text()).toBe('jpeg');
  });

  it('names no query that is not asked for', async () => {
    const { api, requests } = apiSeeing(refusal(403));
    await api.days({ site: undefined, person: 'p-1', limit: 25 });
    expect(new URL(requests[0]?.url ?? '').search).toBe('?person=p-1&limit=25');
  });

  it('says when to come back where the API says so, and leaves out numbers of its refusals', async () => {
    const answer = new Response(JSON.stringify({ ...golden('problem'), status: 429, detail: 'Too many.' }), {
      status: 429,
      headers: { 'retry-after': '30' },
    });
    const refused = await apiSeeing(answer).api.punchByPin({ number: '1', pin: '4711' }, 'key-1');
    expect(refused.ok ? '' : failureWords(refused.failure)).toBe('Too many. Try again in 30 s.');
  });
});

describe('permissions', () => {
  it('follow the route table, the widest of one’s groups', () => {
    expect(reachOn('punches', ['staff'])).toBe('self');
    expect(reachOn('punches', ['staff', 'manager'])).toBe('sites');
    expect(reachOn('sightings', ['staff'])).toBeUndefined();
    expect(reachOn('me', [])).toBe('self');
  });
});

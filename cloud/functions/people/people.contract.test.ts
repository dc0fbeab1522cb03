import { beforeEach, describe, expect, it } from 'vitest';
import { FaceReference, PersonPage } from '#contract/api.ts';
import { ApiForTests, newPerson } from '../api-for-tests.ts';
import { tinyJpeg } from '../jpeg-for-tests.ts';
import type { IndexResult } from './face-index.ts';

const api = new ApiForTests();

describe('enrolment', () => {
  beforeEach(() => api.link('sub-hr', ['main']));

  it('records a person with who took the consent, and lists the newest first', async () => {
    const [one, two] = [await api.enrol('1'), await api.enrol('2')];
    expect(one.consent).toMatchObject({ version: '1', by: 'hr' });
    const page = PersonPage.parse((await api.as('hr')('people', 'GET /people?limit=1')).body);
    expect(page.items).toEqual([two]);
    const rest = PersonPage.parse(
      (await api.as('hr')('people', `GET /people?limit=1&cursor=${page.next}`)).body,
    );
    expect(rest).toEqual({ items: [one], next: null });
  });

  it('refuses a person number twice, a site that HR is not linked to, and one that does not exist', async () => {
    await api.enrol('1');
    expect((await api.as('hr')('people', 'POST /people', newPerson('1'))).status).toBe(409);
    expect((await api.as('hr')('people', 'POST /people', newPerson('2', { site: 'depot' }))).status).toBe(
      403,
    );
    expect((await api.link('sub-x', ['nowhere'])).status).toBe(422);
    expect((await api.link('sub-x', ['main'], 'p-nobody')).status).toBe(422);
  });

  it('adds a face of a person who consents', async () => {
    const { id } = await api.enrol('1');
    const { status, body } = await api.as('hr')('people', `POST /people/${id}/faces`, tinyJpeg(200, 200));
    expect([status, FaceReference.parse(body)]).toMatchObject([201, { faceId: 'face-1', personId: id }]);
  });

  it('adds none without consent, and none of a person at another site', async () => {
    const { id } = await api.enrol('1', { consent: null });
    expect((await api.as('hr')('people', `POST /people/${id}/faces`, tinyJpeg(200, 200))).status).toBe(409);
    await api.link('sub-hr', ['depot']);
    expect((await api.as('hr')('people', `POST /people/${id}/faces`, tinyJpeg(200, 200))).status).toBe(404);
  });

  it.each([
    [{ kind: 'several_faces' }, /more than one face/],
    [{ kind: 'no_usable_face', reasons: ['LOW_SHARPNESS'] }, /LOW_SHARPNESS/],
    [{ kind: 'no_usable_face', reasons: [] }, /no face was found/],
  ] as [IndexResult, RegExp][])('says why a picture with %o is of no use', async (result, detail) => {
    const { id } = await api.enrol('1');
    api.indexed = result;
    const answer = await api.as('hr')('people', `POST /people/${id}/faces`, tinyJpeg(200, 200));
    expect(answer).toMatchObject({ status: 422, body: { detail: expect.stringMatching(detail) } });
  });

  it('asks for exactly the grants that the stack gives to the people function', async () => {
    api.table.asked();
    const { id } = await api.enrol('1');
    await api.as('hr')('people', `POST /people/${id}/faces`, tinyJpeg(200, 200));
    await api.as('hr')('people', 'GET /people');
    // And Query for the sites, which it remembers from the link before.
    expect(api.table.asked()).toEqual(['ConditionCheckItem', 'GetItem', 'PutItem', 'Query (gsi1)']);
  });

  it('takes a JPEG of at most 4 MB and nothing else', async () => {
    const { id } = await api.enrol('1');
    const send = (body: object) => api.as('hr')('people', `POST /people/${id}/faces`, body);
    expect((await send({ image: 'x' })).status).toBe(415);
    expect((await send(Buffer.from('not a picture'))).status).toBe(415);
    expect((await send(Buffer.concat([tinyJpeg(200, 200), Buffer.alloc(4_000_000)]))).status).toBe(413);
  });
});

describe('a user', () => {
  const user = (request: string, body?: object, headers?: Record<string, string>) =>
    api.as('hr')('people', request, body, headers);

  it('is linked to nothing until HR says so', async () => {
    const { body, headers } = await user('GET /users/sub-new');
    expect([body, headers.get('etag')]).toEqual([{ personId: null, sites: [] }, '"0"']);
  });

  it('is changed by whoever has seen the last change, or says nothing about it', async () => {
    const before = await user('GET /users/sub-new');
    const seen = { 'if-match': before.headers.get('etag') ?? '' };
    const link = { personId: null, sites: ['main'] };
    const changed = await user('PUT /users/sub-new', link, seen);
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"1"']);
    expect((await user('PUT /users/sub-new', { ...link, sites: [] }, seen)).status).toBe(412);
    expect((await user('PUT /users/sub-new', { ...link, sites: ['depot'] })).headers.get('etag')).toBe('"2"');
    expect((await user('GET /users/sub-new')).body).toEqual({ personId: null, sites: ['depot'] });
  });

  it('is one person, and a person one user, until the link is taken away', async () => {
    await api.link('sub-hr', ['main']);
    const { id } = await api.enrol('1');
    expect((await api.link('sub-one', ['main'], id)).status).toBe(200);
    expect(await api.link('sub-two', ['main'], id)).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/another user/i) },
    });
    expect((await api.link('sub-one', ['depot'], id)).status).toBe(200);
    await api.link('sub-one', ['main']);
    expect((await api.link('sub-two', ['main'], id)).status).toBe(200);
  });

  it('does not change which person they are themselves: they could decide about their own days then', async () => {
    await api.link('sub-hr', ['main']);
    const [own, other] = [await api.enrol('1'), await api.enrol('2')];
    expect((await api.link('sub-hr', ['main'], own.id)).status).toBe(200);
    for (const personId of [null, other.id])
      expect(await api.link('sub-hr', ['main'], personId)).toMatchObject({
        status: 403,
        body: { detail: expect.stringMatching(/another user of HR/) },
      });
    expect((await api.link('sub-hr', ['main', 'depot'], own.id)).status).toBe(200);
  });

  it('is one person even when several users are linked to it at once', async () => {
    await api.link('sub-hr', ['main']);
    const { id } = await api.enrol('1');
    const answers = await Promise.all(['a', 'b', 'c'].map((sub) => api.link(`sub-${sub}`, ['main'], id)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });
});

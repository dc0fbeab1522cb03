import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Problem } from '#contract/api.ts';
import { routes } from '#contract/routes.ts';
import { makeApiClient } from '../../../scripts/api-client.ts';
import { accessCells, askOf, type Cell, mistakes, tokenOf } from './running/access-cells.ts';
import { accessTable } from './running/access-table.ts';
import { makeTokens, type Tokens, tokenKinds } from './running/tokens.ts';
import { otherSite, startWorld, userOf, type World } from './running/world.ts';

const cells = accessCells(accessTable);
const atOnce = 8;

let world: World;
/** By the caller's name. */
const tokens = new Map<Cell['caller'], Tokens>();
beforeAll(async () => {
  world = await startWorld();
  const tokensFor = await makeTokens(world.installation);
  for (const caller of new Set(cells.map((cell) => cell.caller)))
    tokens.set(caller, await tokensFor(caller === 'nobody' ? world.nobody : userOf(caller)));
});
afterAll(() => world?.stop());

/** What a refusal may say: a problem document, or the one line of API Gateway. */
const Refused = z.union([Problem, z.strictObject({ message: z.string() })]);

const send = async (cell: Cell): Promise<number> => {
  const own = tokens.get(cell.caller);
  if (own === undefined) throw new Error(`no tokens of ${cell.caller}`);
  const token = tokenOf(cell, own);
  const { path, json, headers } = askOf(cell, accessTable, world);
  const answer = await fetch(`${world.installation.cloud.apiUrl}${path}`, {
    method: routes[cell.route].method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await answer.text();
  if (answer.status >= 400) Refused.parse(JSON.parse(text));
  return answer.status;
};

/** Everything that can be read of the other site, by somebody who may. */
const otherSiteAsItIs = async (): Promise<readonly unknown[]> => {
  const { everywhere, installation } = world;
  const token = (await (await makeTokens(installation))(everywhere)).access;
  const api = makeApiClient(installation.cloud.apiUrl, token);
  const lists = ['people', 'shifts', 'assignments', 'leaves', 'corrections', 'doors', 'attendance/punches'];
  return Promise.all(
    [...lists.map((list) => `/${list}?site=${otherSite}`), `/sites/${otherSite}`].map((path) =>
      api('GET', path),
    ),
  );
};

describe(`the API of a running cloud, asked in ${cells.length} ways`, () => {
  const answers = new Map<Cell, number>();

  it('answers each as the table says, and nobody without access to a site changes anything there', async () => {
    const before = await otherSiteAsItIs();
    const waiting = cells.values();
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (const cell of waiting) answers.set(cell, await send(cell));
      }),
    );
    expect(mistakes(answers, accessTable)).toEqual([]);
    expect(await otherSiteAsItIs()).toEqual(before);
  });

  it('is asked for every route by every group and none, about both sites, with every kind of token', () => {
    const asked = new Set(
      cells.map(({ route, caller, place, token }) => [route, caller, place, token].join()),
    );
    expect(asked.size).toBe(Object.keys(routes).length * 7 * 2 * tokenKinds.length);
    expect(answers.size).toBe(cells.length);
  });

  it('would be caught at letting in one group too many, or at showing another site', () => {
    const stricter = { ...accessTable, now: { ...accessTable.now, who: ['hr'] as const } };
    expect(mistakes(answers, stricter)).toEqual(['now as manager, own site 0, token access: 200, not 403']);
    const sited = {
      ...accessTable,
      holidayLists: { who: accessTable.holidayLists.who, ask: accessTable.holidayLists.ask },
    };
    expect(mistakes(answers, sited)).toEqual([
      'holidayLists as hr, other site 0, token access: 200, not hidden',
      'holidayLists as manager, other site 0, token access: 200, not hidden',
    ]);
  });
});

import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Problem } from '#contract/api.ts';
import document from '#contract/openapi.json' with { type: 'json' };
import { type RouteName, routes } from '#contract/routes.ts';
import { enrolmentCrop, usablePeople } from '../../../device/camera/replay/sample-people.ts';
import { operations } from './operations/all.ts';
import type { Known } from './running/arbitrary-of.ts';
import { type FuzzedRequest, requestsFor } from './running/fuzzed-request.ts';
import { makeTokens } from './running/tokens.ts';
import { dateIn, type Place, pin, startWorld, userOf, type World } from './running/world.ts';

/** The same requests each time; another number, other requests. */
const seed = 5;
const requestsPerRoute = 60;

let world: World;
/** Of those who may: somebody in every group (null) and linked to both sites, a person of their own, and HR of one site. */
let tokens: readonly { readonly group: 'staff' | 'hr' | null; readonly token: string }[];
let pictures: readonly Uint8Array[];
beforeAll(async () => {
  world = await startWorld();
  const tokensFor = await makeTokens(world.installation);
  tokens = [
    { group: null, token: (await tokensFor(world.everywhere)).access },
    { group: 'staff', token: (await tokensFor(userOf('staff'))).access },
    { group: 'hr', token: (await tokensFor(userOf('hr'))).access },
  ];
  const [someone] = usablePeople();
  if (someone === undefined) throw new Error('there are no sample people');
  const grey = { create: { width: 160, height: 160, channels: 3 as const, background: '#808080' } };
  pictures = [new Uint8Array(await enrolmentCrop(someone)), await sharp(grey).jpeg().toBuffer()];
});
afterAll(() => world?.stop());

const knownIn = ({ holidayList, bystander }: World, place: Place): Known => ({
  '/sites': [place.site],
  site: [place.site],
  sites: [place.site],
  '/people': [place.person],
  person: [place.person],
  personId: [place.person],
  number: [place.number],
  pin: [pin],
  shift: [place.shift],
  '/assignments': [place.assignment],
  '/leaves': [place.leave],
  '/corrections': [place.correction],
  '/holidays': [holidayList],
  holidayLists: [holidayList],
  sub: [bystander],
  from: days(10, 30),
  // Before the assignments that the fuzz makes, and after them.
  to: [...days(3, 8), ...days(30, 40)],
  at: days(-4, -1).map((date) => `${date}T12:34:56.789Z`),
});
const days = (first: number, last: number): readonly string[] =>
  Array.from({ length: last - first }, (_, n) => dateIn(first + n));

const send = async (name: RouteName, { target, headers, body }: FuzzedRequest) => {
  const may = tokens.filter(({ group }) => group === null || group in routes[name].allow);
  const sum = [...(body ?? []), ...Buffer.from(JSON.stringify([target, headers]))].reduce(
    (all, byte) => all + byte,
    0,
  );
  const { token } = may[sum % may.length] ?? { token: '' };
  const answer = await fetch(`${world.installation.cloud.apiUrl}${target}`, {
    method: routes[name].method,
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...(body === undefined ? {} : { body: Buffer.from(body) }),
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};

/** API Gateway's own one line, for what never reached a function. */
const GatewayLine = z.strictObject({ message: z.string() });

/** What is wrong with an answer, in words; nothing when it is as the document says. */
const complaints = (
  name: RouteName,
  { status, headers, text }: Awaited<ReturnType<typeof send>>,
  documented: readonly string[],
): readonly string[] => {
  if (!documented.includes(String(status))) return [`${status} is not documented: ${text.slice(0, 300)}`];
  if (status >= 500) return [`failed with ${status}: ${text.slice(0, 300)}`];
  const type = (headers.get('content-type') ?? '').split(';')[0];
  if (status >= 400) {
    const schema = type === 'application/problem+json' ? Problem : GatewayLine;
    return schema.safeParse(json(text)).success ? [] : [`no problem document: ${text.slice(0, 300)}`];
  }
  const { answer, versioned } = operations[name];
  const wrong = [];
  if (versioned !== undefined && !/^"\d+"$/.test(headers.get('etag') ?? '')) wrong.push('there is no ETag');
  if (answer === 'nothing') return text === '' ? wrong : [...wrong, 'there is a body'];
  if (answer === 'text/csv') return type === 'text/csv' ? wrong : [...wrong, `the type is ${type}`];
  const parsed = answer.safeParse(json(text));
  return parsed.success ? wrong : [...wrong, `not by its schema: ${z.prettifyError(parsed.error)}`];
};

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

describe(`any request of seed ${seed}`, () => {
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.values(methods as Record<string, { operationId: RouteName; responses: object }>).map(
      (operation) => ({
        path,
        operation,
        name: operation.operationId,
      }),
    ),
  );

  it('is made for every route', () => {
    expect(described.map(({ name }) => name).sort()).toEqual(Object.keys(routes).sort());
  });

  it.each(described)('to $name is answered as the document says', async ({ path, operation, name }) => {
    const context = {
      document,
      known: [world.own, world.other].map((place) => knownIn(world, place)),
      pictures,
    };
    const documented = Object.keys(operation.responses);
    const seen = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(requestsFor(context, path, operation), async (request) => {
        const answer = await send(name, request);
        seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
        expect(complaints(name, answer, documented)).toEqual([]);
      }),
      { seed, numRuns: requestsPerRoute, endOnFailure: true },
    );
    // Else it would have been all refusals, and nothing been done.
    expect([...seen.keys()].sort()[0], `of ${JSON.stringify([...seen])}`).toBeLessThan(300);
  });
});

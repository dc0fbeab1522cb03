import * as z from 'zod';
import { type RouteName, routes } from '#contract/routes.ts';
import { addDays } from '../../cloud/domain/local-time.ts';
import type { Site } from '../../cloud/domain/site.ts';
import type { ApiClient } from '../api-client.ts';

export type WriteRoute = {
  [N in RouteName]: (typeof routes)[N]['method'] extends 'GET' ? never : N;
}[RouteName];

/** What the requests are about. */
export type WriteNeeds = {
  readonly site: Site;
  /** The person of the demo's `staff`, with consent, a PIN and a face that is that of `picture`. */
  readonly person: string;
  readonly number: string;
  readonly shift: string;
  readonly today: string;
  readonly bystander: string;
  readonly picture: Buffer;
};

type Ask = readonly [path: string, body?: unknown, headers?: Readonly<Record<string, string>>];
type Write = {
  /** The demo's user who asks. */
  readonly as: string;
  /** The n-th request, each about something of its own; `made` = what other routes made by their n-th. */
  readonly ask: (n: number, made: (route: WriteRoute) => string) => Ask;
};

export const benchPin = '2580';
const ifMatch = { 'if-match': '"1"' };

/** Every route that changes something, in an order in which each finds what it needs. A route without an entry does not compile. */
const writesOf = ({
  site,
  person,
  number,
  shift,
  today,
  bystander,
  picture,
}: WriteNeeds): Readonly<Record<WriteRoute, Write>> => {
  const yesterday = addDays(today, -1);
  const minute = (n: number): string => `${yesterday}T12:${String(n).padStart(2, '0')}:00.000Z`;
  const day = (n: number): string => addDays(today, 30 + n);
  const hr = (ask: Write['ask']): Write => ({ as: 'hr', ask });
  return {
    requestCorrection: {
      as: 'staff',
      ask: (n) => [
        '/corrections',
        { change: { action: 'add', at: minute(n), direction: 'out' }, reason: 'forgot' },
      ],
    },
    decideCorrection: hr((_, made) => [
      `/corrections/${made('requestCorrection')}/decision`,
      { decision: 'approved' },
    ]),
    checkIn: { as: 'staff', ask: () => ['/check-in', picture] },
    punchByPin: { as: 'kiosk', ask: () => ['/punches/pin', { number, pin: benchPin }] },
    createSite: hr((n) => ['/sites', { ...site, id: `bench-${n}`, name: `Bench ${n}` }]),
    changeCalendar: hr((_, made) => [
      `/sites/${made('createSite')}/calendar`,
      { from: day(0), weeklyDaysOff: [7] },
      ifMatch,
    ]),
    createShift: hr((n) => [
      '/shifts',
      { name: `Bench ${n}`, start: '12:00', end: '20:00', site: site.id, graceLateMinutes: n },
    ]),
    assign: hr((n) => ['/assignments', { personId: person, shift, site: site.id, from: day(n), to: day(n) }]),
    endAssignment: hr((n, made) => [`/assignments/${made('assign')}`, { to: day(n) }, ifMatch]),
    removeAssignment: hr((_, made) => [`/assignments/${made('assign')}`]),
    createHolidayList: hr((n) => ['/holidays', { id: `bench-${n}`, name: 'Holidays', holidays: [] }]),
    changeHolidayList: hr((n, made) => [
      `/holidays/${made('createHolidayList')}`,
      { id: `bench-${n}`, name: 'Holidays', holidays: [{ date: day(n), name: 'Holiday' }] },
      ifMatch,
    ]),
    addLeave: hr((n) => ['/leaves', { personId: person, from: day(n), to: day(n), kind: 'annual' }]),
    removeLeave: hr((_, made) => [`/leaves/${made('addLeave')}`]),
    createPerson: hr((n) => [
      '/people',
      { name: `New ${n}`, number: `new-${n}`, site: site.id, consent: { version: '1', language: 'en' } },
    ]),
    setPin: hr((_, made) => [`/people/${made('createPerson')}/pin`, { pin: benchPin }]),
    addFace: hr((_, made) => [`/people/${made('createPerson')}/faces`, picture]),
    setOwnPin: { as: 'staff', ask: () => ['/me/pin', { pin: benchPin }] },
    linkUser: hr(() => [`/users/${bystander}`, { personId: null, sites: [site.id] }]),
    allowDoor: {
      as: 'facilities',
      ask: (n) => ['/doors', { serial: `bench-${n}`, name: `Bench ${n}`, site: site.id, direction: 'auto' }],
    },
  };
};

const Made = z.object({ id: z.string() });

/**
 * Asks every such route `requests` times and tells how long each took. Each request is a new one that is taken: what is refused
 * throws, because a refusal is quicker.
 */
export const timeWrites = async (
  needs: WriteNeeds,
  as: (username: string) => Promise<ApiClient>,
  {
    requests,
    pause,
    took,
  }: {
    readonly requests: number;
    readonly pause: () => Promise<void>;
    readonly took: (route: WriteRoute, ms: readonly number[]) => void;
  },
): Promise<void> => {
  const ids = new Map<WriteRoute, string[]>();
  for (const [name, write] of Object.entries(writesOf(needs)) as [WriteRoute, Write][]) {
    const api = await as(write.as);
    const own: string[] = [];
    const times: number[] = [];
    ids.set(name, own);
    for (let n = 0; n < requests; n += 1) {
      const ask = write.ask(n, (route) => ids.get(route)?.[n] ?? '');
      await pause();
      const startedMs = performance.now();
      const answer = await api(routes[name].method, ...ask);
      times.push(performance.now() - startedMs);
      const made = Made.safeParse(answer);
      if (made.success) own.push(made.data.id);
    }
    took(name, times);
  }
};

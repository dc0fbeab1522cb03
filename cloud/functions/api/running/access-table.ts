import type { Group } from '#contract/api.ts';
import type { RouteName } from '#contract/routes.ts';
import { dateIn, type Place, pin, type World } from './world.ts';

export type Ask = {
  readonly path: string;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

type Row = {
  /** Groups that may, or every signed-in user. */
  readonly who: readonly Group[] | 'everybody';
  /** The request, about what is at a place. */
  readonly ask: (at: Place, world: World) => Ask;
  /** More ways to reach for what is at a place where one is not linked. */
  readonly also?: (own: Place, other: Place) => readonly Ask[];
  /** A person that a body names and that is out of reach is answered as one that does not exist. */
  readonly notThere?: 422;
  /** It is about nobody's site: what is answered for one's own holds everywhere. */
  readonly siteless?: true;
};

const readers = ['hr', 'manager'] as const;
const hr = ['hr'] as const;
const ifMatch = { 'if-match': '"1"' };
const yesterday = dateIn(-1);
const range = `from=${yesterday}&to=${yesterday}`;
const add = { action: 'add', at: `${yesterday}T15:00:00.000Z`, direction: 'out' };

/**
 * Who may do what and how each route is asked for, written out by hand and independent of the contract's table: a route without a
 * row does not compile, and one with a group too many is noticed.
 */
export const accessTable: Readonly<Record<RouteName, Row>> = {
  me: { who: 'everybody', siteless: true, ask: () => ({ path: '/me' }) },
  openapi: { who: 'everybody', siteless: true, ask: () => ({ path: '/openapi.json' }) },
  now: { who: readers, ask: ({ site }) => ({ path: `/attendance/now?site=${site}` }) },
  punches: {
    who: [...readers, 'staff'],
    ask: ({ person }) => ({ path: `/attendance/punches?person=${person}` }),
    also: (own, other) => [{ path: `/attendance/punches?person=${other.person}&site=${own.site}` }],
  },
  days: {
    who: [...readers, 'staff'],
    ask: ({ person }) => ({ path: `/attendance/days?person=${person}&${range}` }),
    also: (own, other) => [{ path: `/attendance/days?person=${other.person}&site=${own.site}` }],
  },
  overview: { who: readers, ask: ({ site }) => ({ path: `/attendance/overview?site=${site}` }) },
  summary: {
    who: [...readers, 'staff'],
    ask: ({ person }) => ({ path: `/attendance/summary?person=${person}&period=week` }),
    also: (own, other) => [
      { path: `/attendance/summary?person=${other.person}&site=${own.site}&period=week` },
    ],
  },
  exportCsv: { who: hr, ask: ({ site }) => ({ path: `/attendance/export.csv?site=${site}&${range}` }) },
  exportJson: { who: hr, ask: ({ site }) => ({ path: `/attendance/export.json?site=${site}&${range}` }) },
  sightings: { who: readers, ask: ({ site }) => ({ path: `/sightings?site=${site}` }) },
  corrections: {
    who: [...readers, 'staff'],
    ask: ({ person }) => ({ path: `/corrections?person=${person}` }),
    also: (own, other) => [{ path: `/corrections?person=${other.person}&site=${own.site}` }],
  },
  requestCorrection: {
    who: [...readers, 'staff'],
    ask: ({ person }) => ({ path: '/corrections', json: { person, change: add, reason: 'forgot' } }),
  },
  decideCorrection: {
    who: readers,
    ask: ({ correction }) => ({
      path: `/corrections/${correction}/decision`,
      json: { decision: 'approved' },
    }),
  },
  audit: { who: ['admin'], siteless: true, ask: () => ({ path: '/audit' }) },
  usage: { who: ['admin'], siteless: true, ask: () => ({ path: '/usage' }) },
  checkIn: {
    who: ['staff'],
    siteless: true,
    ask: () => ({ path: '/check-in', json: {}, headers: { 'content-type': 'image/jpeg' } }),
  },
  punchByPin: {
    who: ['kiosk'],
    notThere: 422,
    ask: ({ number }) => ({ path: '/punches/pin', json: { number, pin } }),
  },
  sites: { who: readers, siteless: true, ask: () => ({ path: '/sites' }) },
  createSite: {
    who: hr,
    siteless: true,
    ask: () => ({
      path: '/sites',
      json: {
        id: 'third',
        name: 'Third',
        timeZone: 'Europe/Berlin',
        acceptSimilarity: 99,
        margin: 2,
        duplicatePunchMinutes: 2,
        photoPolicy: 'never',
      },
    }),
  },
  site: { who: readers, ask: ({ site }) => ({ path: `/sites/${site}` }) },
  changeCalendar: {
    who: hr,
    ask: ({ site }) => ({
      path: `/sites/${site}/calendar`,
      json: { from: dateIn(30), weeklyDaysOff: [7] },
      headers: ifMatch,
    }),
  },
  shifts: { who: readers, ask: ({ site }) => ({ path: `/shifts?site=${site}` }) },
  createShift: {
    who: hr,
    ask: ({ site }) => ({ path: '/shifts', json: { name: 'Late', start: '12:00', end: '20:00', site } }),
  },
  assignments: {
    who: readers,
    ask: ({ site }) => ({ path: `/assignments?site=${site}` }),
    also: (own, other) => [
      { path: `/assignments?person=${other.person}` },
      { path: `/assignments?person=${other.person}&site=${own.site}` },
    ],
  },
  assign: {
    who: hr,
    notThere: 422,
    ask: ({ person, shift, site }) => ({
      path: '/assignments',
      json: { personId: person, shift, site, from: dateIn(60), to: dateIn(60) },
    }),
    also: (own, other) => [
      {
        path: '/assignments',
        json: { personId: other.person, shift: own.shift, site: own.site, from: dateIn(60), to: null },
      },
    ],
  },
  assignment: { who: readers, ask: ({ assignment }) => ({ path: `/assignments/${assignment}` }) },
  endAssignment: {
    who: hr,
    ask: ({ assignment }) => ({
      path: `/assignments/${assignment}`,
      json: { to: dateIn(90) },
      headers: ifMatch,
    }),
  },
  removeAssignment: { who: hr, ask: ({ assignment }) => ({ path: `/assignments/${assignment}` }) },
  holidayLists: { who: readers, siteless: true, ask: () => ({ path: '/holidays' }) },
  createHolidayList: {
    who: hr,
    siteless: true,
    ask: () => ({ path: '/holidays', json: { id: 'another', name: 'Another', holidays: [] } }),
  },
  holidayList: {
    who: readers,
    siteless: true,
    ask: (_, { holidayList }) => ({ path: `/holidays/${holidayList}` }),
  },
  changeHolidayList: {
    who: hr,
    siteless: true,
    ask: (_, { holidayList: id }) => ({
      path: `/holidays/${id}`,
      json: { id, name: 'Everybody’s', holidays: [] },
      headers: ifMatch,
    }),
  },
  leaves: {
    who: readers,
    ask: ({ site }) => ({ path: `/leaves?site=${site}` }),
    also: (own, other) => [
      { path: `/leaves?person=${other.person}` },
      { path: `/leaves?person=${other.person}&site=${own.site}` },
    ],
  },
  addLeave: {
    who: hr,
    ask: ({ person }) => ({
      path: '/leaves',
      json: { personId: person, from: dateIn(5), to: dateIn(5), kind: 'annual' },
    }),
  },
  removeLeave: { who: hr, ask: ({ leave }) => ({ path: `/leaves/${leave}` }) },
  people: { who: hr, ask: ({ site }) => ({ path: `/people?site=${site}` }) },
  createPerson: {
    who: hr,
    ask: ({ site }) => ({
      path: '/people',
      json: { name: 'Bao Sample', number: `new-${site}`, site, consent: null },
    }),
  },
  addFace: {
    who: hr,
    ask: ({ person }) => ({
      path: `/people/${person}/faces`,
      json: {},
      headers: { 'content-type': 'image/jpeg' },
    }),
  },
  setPin: { who: hr, ask: ({ person }) => ({ path: `/people/${person}/pin`, json: { pin } }) },
  setOwnPin: { who: ['staff'], siteless: true, ask: () => ({ path: '/me/pin', json: { pin } }) },
  user: { who: hr, siteless: true, ask: (_, { bystander }) => ({ path: `/users/${bystander}` }) },
  linkUser: {
    who: hr,
    siteless: true,
    ask: (_, { bystander }) => ({ path: `/users/${bystander}`, json: { personId: null, sites: [] } }),
  },
  doors: { who: ['facilities'], ask: ({ site }) => ({ path: `/doors?site=${site}` }) },
  allowDoor: {
    who: ['facilities'],
    ask: ({ site }) => ({
      path: '/doors',
      json: { serial: `door-${site}`, name: 'Door', site, direction: 'auto' },
    }),
  },
};

import { describe, expect, it } from 'vitest';
import { Group } from '#contract/api.ts';
import { golden } from '#contract/golden.ts';
import { type Reach, type Route, type RouteName, routes, scopes } from '#contract/routes.ts';
import { authorise, chooseSite, reachesSite } from './authorise.ts';
import { type Caller, parseCaller } from './caller.ts';

const caller = (groups: readonly Group[], held: readonly string[] = Object.values(scopes)): Caller => ({
  sub: 'sub-1',
  username: 'ada',
  groups,
  scopes: held,
});
const outcome = (route: Route, who: Caller): Reach | number => {
  try {
    return authorise(route, who);
  } catch (error) {
    return (error as { problem: { status: number } }).problem.status;
  }
};

const everybody = Object.fromEntries(Group.options.map((group) => [group, 'self' as const]));

/** Written out by hand, so that a change of the contract's table is noticed here. 403 is not listed. */
const allowed: Readonly<Record<RouteName, Readonly<Partial<Record<Group, Reach>>>>> = {
  me: everybody,
  openapi: everybody,
  days: { hr: 'sites', manager: 'sites', staff: 'self' },
  overview: { hr: 'sites', manager: 'sites' },
  summary: { hr: 'sites', manager: 'sites', staff: 'self' },
  exportCsv: { hr: 'sites' },
  exportJson: { hr: 'sites' },
  corrections: { hr: 'sites', manager: 'sites', staff: 'self' },
  requestCorrection: { hr: 'sites', manager: 'sites', staff: 'self' },
  decideCorrection: { hr: 'sites', manager: 'sites' },
  audit: { admin: 'all' },
  usage: { admin: 'all' },
  checkIn: { staff: 'self' },
  punchByPin: { kiosk: 'sites' },
  sites: { hr: 'sites', manager: 'sites' },
  createSite: { hr: 'all' },
  site: { hr: 'sites', manager: 'sites' },
  changeCalendar: { hr: 'sites' },
  shifts: { hr: 'sites', manager: 'sites' },
  createShift: { hr: 'sites' },
  assignments: { hr: 'sites', manager: 'sites' },
  assign: { hr: 'sites' },
  assignment: { hr: 'sites', manager: 'sites' },
  endAssignment: { hr: 'sites' },
  removeAssignment: { hr: 'sites' },
  holidayLists: { hr: 'all', manager: 'all' },
  createHolidayList: { hr: 'all' },
  holidayList: { hr: 'all', manager: 'all' },
  changeHolidayList: { hr: 'all' },
  leaves: { hr: 'sites', manager: 'sites' },
  addLeave: { hr: 'sites' },
  removeLeave: { hr: 'sites' },
  setPin: { hr: 'sites' },
  setOwnPin: { staff: 'self' },
  user: { hr: 'all' },
  now: { hr: 'sites', manager: 'sites' },
  punches: { hr: 'sites', manager: 'sites', staff: 'self' },
  sightings: { hr: 'sites', manager: 'sites' },
  people: { hr: 'sites' },
  createPerson: { hr: 'sites' },
  addFace: { hr: 'sites' },
  linkUser: { hr: 'all' },
  doors: { facilities: 'sites' },
  allowDoor: { facilities: 'sites' },
};
const names = Object.keys(routes) as RouteName[];
const cells = names.flatMap((name) =>
  Group.options.map((group) => ({ name, group, reach: allowed[name][group] ?? 403 })),
);

describe('who may do what', () => {
  it.each(cells)('$group on $name: $reach', ({ name, group, reach }) => {
    expect(outcome(routes[name], caller([group]))).toBe(reach);
  });

  it('refuses a user without any group everywhere but on their own identity and the document', () => {
    const open = names.filter((name) => outcome(routes[name], caller([])) !== 403);
    expect(open).toEqual(['me', 'openapi']);
  });

  it.each(names)('refuses every group on %s without its scope', (name) => {
    const others = Object.values(scopes).filter((scope) => scope !== routes[name].scope);
    expect(outcome(routes[name], caller(Group.options, others))).toBe(403);
  });

  it('says in the refusal which groups may, as the contract shows it', () => {
    const refused = () => authorise(routes.sightings, caller(['facilities']));
    expect(refused).toThrow(expect.objectContaining({ problem: golden('problem') }));
  });

  it('gives a caller in several groups the widest reach of them', () => {
    expect(outcome(routes.punches, caller(['staff', 'manager']))).toBe('sites');
    expect(outcome(routes.punches, caller(['kiosk', 'staff']))).toBe('self');
  });
});

describe('which site', () => {
  const access = (reach: Reach, sites: string[]) => ({ caller: caller(['hr']), reach, link: { sites } });

  it('is the first linked one unless another is asked for', () => {
    expect(chooseSite(access('sites', ['main', 'depot']), undefined)).toBe('main');
    expect(chooseSite(access('sites', ['main', 'depot']), 'depot')).toBe('depot');
  });

  it('is never one that HR has not linked', () => {
    expect(() => chooseSite(access('sites', ['main']), 'depot')).toThrow(/not linked to this site/);
    expect(() => chooseSite(access('sites', []), undefined)).toThrow(/not linked to a site yet/);
    expect(reachesSite(access('self', ['main']), 'main')).toBe(false);
  });
});

describe('reading an access token’s claims', () => {
  const claims = { sub: 's', username: 'ada', token_use: 'access', scope: 'openid rollcall/read' };

  it.each([
    ['[hr staff]', ['hr', 'staff']],
    ['[hr]', ['hr']],
    ['hr', ['hr']],
    ['[hr, staff]', ['hr', 'staff']],
    ['[]', []],
    ['[hrx superuser]', []],
  ])('finds the groups in %s as API Gateway writes them', (text, groups) => {
    expect(parseCaller({ ...claims, 'cognito:groups': text }).groups).toEqual(groups);
  });

  it('finds none where there is no such claim', () => {
    expect(parseCaller(claims)).toMatchObject({ groups: [], scopes: ['openid', 'rollcall/read'] });
  });

  it.each([
    ['an ID token', { token_use: 'id' }],
    ['a token without a user', { sub: undefined }],
    ['no claims at all', { sub: undefined, username: undefined, token_use: undefined }],
  ])('refuses %s', (_case, change) => {
    expect(() => parseCaller({ ...claims, ...change })).toThrow(/access token/);
  });
});

import type { Group } from './api.ts';

/** OAuth resource server and its scopes; an ID token carries none, so no route accepts one. */
export const resourceServer = 'rollcall';
export const scopes = { read: `${resourceServer}/read`, write: `${resourceServer}/write` } as const;
type Scope = (typeof scopes)[keyof typeof scopes];

export const apiBase = '/api/v1';

/** The Lambda functions that answer HTTP, split by duty so that each holds few permissions. */
export type ApiFunction = 'attendance' | 'check-in' | 'schedule' | 'people' | 'doors';

/**
 * Whose data a route may show a caller, decided in the handler:
 * `self` = the caller's own identity, `sites` = the sites that the caller is linked to, `all` = the whole installation.
 */
export type Reach = 'self' | 'sites' | 'all';

export type Route = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `apiBase`, with `{name}` for path parameters as API Gateway writes them. */
  readonly path: string;
  readonly function: ApiFunction;
  readonly scope: Scope;
  /** Groups and what each may reach. A group that is not named is refused. `any` = every signed-in user. */
  readonly allow: Readonly<Partial<Record<Group | 'any', Reach>>>;
};

/** Reading needs the scope to read, everything else the one to write. */
const route = <const M extends Route['method'], const F extends ApiFunction>(
  method: M,
  path: string,
  fn: F,
  allow: Route['allow'],
): Route & { readonly method: M; readonly function: F } => ({
  method,
  path,
  function: fn,
  scope: method === 'GET' ? scopes.read : scopes.write,
  allow,
});

/** Who reaches what, by group. */
const atSites = { manager: 'sites', hr: 'sites' } as const;
const ownOrAtSites = { staff: 'self', manager: 'sites', hr: 'sites' } as const;
const hrAtSites = { hr: 'sites' } as const;
const hr = { hr: 'all' } as const;
const everybody = { any: 'self' } as const;
const facilities = { facilities: 'sites' } as const;
const managersAndHr = { manager: 'all', hr: 'all' } as const;
const staff = { staff: 'self' } as const;
const kiosk = { kiosk: 'sites' } as const;
const admin = { admin: 'all' } as const;

/** The one table of who may do what: the stack builds API Gateway's routes from it and the handlers authorise by it. */
export const routes = {
  me: route('GET', '/me', 'attendance', everybody),
  openapi: route('GET', '/openapi.json', 'doors', everybody),
  now: route('GET', '/attendance/now', 'attendance', atSites),
  punches: route('GET', '/attendance/punches', 'attendance', ownOrAtSites),
  days: route('GET', '/attendance/days', 'attendance', ownOrAtSites),
  overview: route('GET', '/attendance/overview', 'attendance', atSites),
  summary: route('GET', '/attendance/summary', 'attendance', ownOrAtSites),
  exportCsv: route('GET', '/attendance/export.csv', 'attendance', hrAtSites),
  exportJson: route('GET', '/attendance/export.json', 'attendance', hrAtSites),
  sightings: route('GET', '/sightings', 'attendance', atSites),
  corrections: route('GET', '/corrections', 'attendance', ownOrAtSites),
  requestCorrection: route('POST', '/corrections', 'attendance', ownOrAtSites),
  decideCorrection: route('POST', '/corrections/{id}/decision', 'attendance', atSites),
  audit: route('GET', '/audit', 'attendance', admin),
  usage: route('GET', '/usage', 'attendance', admin),
  checkIn: route('POST', '/check-in', 'check-in', staff),
  punchByPin: route('POST', '/punches/pin', 'check-in', kiosk),
  sites: route('GET', '/sites', 'schedule', atSites),
  createSite: route('POST', '/sites', 'schedule', hr),
  site: route('GET', '/sites/{id}', 'schedule', atSites),
  changeCalendar: route('PUT', '/sites/{id}/calendar', 'schedule', hrAtSites),
  shifts: route('GET', '/shifts', 'schedule', atSites),
  createShift: route('POST', '/shifts', 'schedule', hrAtSites),
  assignments: route('GET', '/assignments', 'schedule', atSites),
  assign: route('POST', '/assignments', 'schedule', hrAtSites),
  assignment: route('GET', '/assignments/{id}', 'schedule', atSites),
  endAssignment: route('PATCH', '/assignments/{id}', 'schedule', hrAtSites),
  removeAssignment: route('DELETE', '/assignments/{id}', 'schedule', hrAtSites),
  holidayLists: route('GET', '/holidays', 'schedule', managersAndHr),
  createHolidayList: route('POST', '/holidays', 'schedule', hr),
  holidayList: route('GET', '/holidays/{id}', 'schedule', managersAndHr),
  changeHolidayList: route('PUT', '/holidays/{id}', 'schedule', hr),
  leaves: route('GET', '/leaves', 'schedule', atSites),
  addLeave: route('POST', '/leaves', 'schedule', hrAtSites),
  removeLeave: route('DELETE', '/leaves/{id}', 'schedule', hrAtSites),
  people: route('GET', '/people', 'people', hrAtSites),
  createPerson: route('POST', '/people', 'people', hrAtSites),
  addFace: route('POST', '/people/{id}/faces', 'people', hrAtSites),
  setPin: route('PUT', '/people/{id}/pin', 'people', hrAtSites),
  setOwnPin: route('PUT', '/me/pin', 'people', staff),
  user: route('GET', '/users/{sub}', 'people', hr),
  linkUser: route('PUT', '/users/{sub}', 'people', hr),
  doors: route('GET', '/doors', 'doors', facilities),
  allowDoor: route('POST', '/doors', 'doors', facilities),
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;

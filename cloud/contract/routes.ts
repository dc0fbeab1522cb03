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

/** The one table of who may do what: the stack builds API Gateway's routes from it and the handlers authorise by it. */
export const routes = {
  me: { method: 'GET', path: '/me', function: 'attendance', scope: scopes.read, allow: { any: 'self' } },
  openapi: {
    method: 'GET',
    path: '/openapi.json',
    function: 'doors',
    scope: scopes.read,
    allow: { any: 'self' },
  },
  now: {
    method: 'GET',
    path: '/attendance/now',
    function: 'attendance',
    scope: scopes.read,
    allow: { manager: 'sites', hr: 'sites' },
  },
  punches: {
    method: 'GET',
    path: '/attendance/punches',
    function: 'attendance',
    scope: scopes.read,
    allow: { staff: 'self', manager: 'sites', hr: 'sites' },
  },
  days: {
    method: 'GET',
    path: '/attendance/days',
    function: 'attendance',
    scope: scopes.read,
    allow: { staff: 'self', manager: 'sites', hr: 'sites' },
  },
  overview: {
    method: 'GET',
    path: '/attendance/overview',
    function: 'attendance',
    scope: scopes.read,
    allow: { manager: 'sites', hr: 'sites' },
  },
  summary: {
    method: 'GET',
    path: '/attendance/summary',
    function: 'attendance',
    scope: scopes.read,
    allow: { staff: 'self', manager: 'sites', hr: 'sites' },
  },
  exportCsv: {
    method: 'GET',
    path: '/attendance/export.csv',
    function: 'attendance',
    scope: scopes.read,
    allow: { hr: 'sites' },
  },
  exportJson: {
    method: 'GET',
    path: '/attendance/export.json',
    function: 'attendance',
    scope: scopes.read,
    allow: { hr: 'sites' },
  },
  sightings: {
    method: 'GET',
    path: '/sightings',
    function: 'attendance',
    scope: scopes.read,
    allow: { manager: 'sites', hr: 'sites' },
  },
  corrections: {
    method: 'GET',
    path: '/corrections',
    function: 'attendance',
    scope: scopes.read,
    allow: { staff: 'self', manager: 'sites', hr: 'sites' },
  },
  requestCorrection: {
    method: 'POST',
    path: '/corrections',
    function: 'attendance',
    scope: scopes.write,
    allow: { staff: 'self', manager: 'sites', hr: 'sites' },
  },
  decideCorrection: {
    method: 'POST',
    path: '/corrections/{id}/decision',
    function: 'attendance',
    scope: scopes.write,
    allow: { manager: 'sites', hr: 'sites' },
  },
  usage: {
    method: 'GET',
    path: '/usage',
    function: 'attendance',
    scope: scopes.read,
    allow: { admin: 'all' },
  },
  checkIn: {
    method: 'POST',
    path: '/check-in',
    function: 'check-in',
    scope: scopes.write,
    allow: { staff: 'self' },
  },
  punchByPin: {
    method: 'POST',
    path: '/punches/pin',
    function: 'check-in',
    scope: scopes.write,
    allow: { kiosk: 'sites' },
  },
  sites: {
    method: 'GET',
    path: '/sites',
    function: 'schedule',
    scope: scopes.read,
    allow: { manager: 'sites', hr: 'sites' },
  },
  createSite: {
    method: 'POST',
    path: '/sites',
    function: 'schedule',
    scope: scopes.write,
    allow: { hr: 'all' },
  },
  site: {
    method: 'GET',
    path: '/sites/{id}',
    function: 'schedule',
    scope: scopes.read,
    allow: { manager: 'sites', hr: 'sites' },
  },
  changeCalendar: {
    method: 'PUT',
    path: '/sites/{id}/calendar',
    function: 'schedule',
    scope: scopes.write,
    allow: { hr: 'sites' },
  },
  shifts: {
    method: 'GET',
    path: '/shifts',
    function: 'schedule',
    scope: scopes.read,
    allow: { manager: 'sites', hr: 'sites' },
  },
  createShift: {
    method: 'POST',
    path: '/shifts',
    function: 'schedule',
    scope: scopes.write,
    allow: { hr: 'sites' },
  },
  assignments: {
    method: 'GET',
    path: '/assignments',
    function: 'schedule',
    scope: scopes.read,
    allow: { manager: 'sites', hr: 'sites' },
  },
  assign: {
    method: 'POST',
    path: '/assignments',
    function: 'schedule',
    scope: scopes.write,
    allow: { hr: 'sites' },
  },
  assignment: {
    method: 'GET',
    path: '/assignments/{id}',
    function: 'schedule',
    scope: scopes.read,
    allow: { manager: 'sites', hr: 'sites' },
  },
  endAssignment: {
    method: 'PATCH',
    path: '/assignments/{id}',
    function: 'schedule',
    scope: scopes.write,
    allow: { hr: 'sites' },
  },
  holidayLists: {
    method: 'GET',
    path: '/holidays',
    function: 'schedule',
    scope: scopes.read,
    allow: { manager: 'all', hr: 'all' },
  },
  createHolidayList: {
    method: 'POST',
    path: '/holidays',
    function: 'schedule',
    scope: scopes.write,
    allow: { hr: 'all' },
  },
  holidayList: {
    method: 'GET',
    path: '/holidays/{id}',
    function: 'schedule',
    scope: scopes.read,
    allow: { manager: 'all', hr: 'all' },
  },
  changeHolidayList: {
    method: 'PUT',
    path: '/holidays/{id}',
    function: 'schedule',
    scope: scopes.write,
    allow: { hr: 'all' },
  },
  leaves: {
    method: 'GET',
    path: '/leaves',
    function: 'schedule',
    scope: scopes.read,
    allow: { manager: 'sites', hr: 'sites' },
  },
  addLeave: {
    method: 'POST',
    path: '/leaves',
    function: 'schedule',
    scope: scopes.write,
    allow: { hr: 'sites' },
  },
  removeLeave: {
    method: 'DELETE',
    path: '/leaves/{id}',
    function: 'schedule',
    scope: scopes.write,
    allow: { hr: 'sites' },
  },
  people: { method: 'GET', path: '/people', function: 'people', scope: scopes.read, allow: { hr: 'sites' } },
  createPerson: {
    method: 'POST',
    path: '/people',
    function: 'people',
    scope: scopes.write,
    allow: { hr: 'sites' },
  },
  addFace: {
    method: 'POST',
    path: '/people/{id}/faces',
    function: 'people',
    scope: scopes.write,
    allow: { hr: 'sites' },
  },
  setPin: {
    method: 'PUT',
    path: '/people/{id}/pin',
    function: 'people',
    scope: scopes.write,
    allow: { hr: 'sites' },
  },
  setOwnPin: {
    method: 'PUT',
    path: '/me/pin',
    function: 'people',
    scope: scopes.write,
    allow: { staff: 'self' },
  },
  user: { method: 'GET', path: '/users/{sub}', function: 'people', scope: scopes.read, allow: { hr: 'all' } },
  linkUser: {
    method: 'PUT',
    path: '/users/{sub}',
    function: 'people',
    scope: scopes.write,
    allow: { hr: 'all' },
  },
  doors: {
    method: 'GET',
    path: '/doors',
    function: 'doors',
    scope: scopes.read,
    allow: { facilities: 'sites' },
  },
  allowDoor: {
    method: 'POST',
    path: '/doors',
    function: 'doors',
    scope: scopes.write,
    allow: { facilities: 'sites' },
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;

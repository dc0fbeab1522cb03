import type { Group } from './api.ts';

/** OAuth resource server and its scopes; an ID token carries none, so no route accepts one. */
export const resourceServer = 'rollcall';
export const scopes = { read: `${resourceServer}/read`, write: `${resourceServer}/write` } as const;
type Scope = (typeof scopes)[keyof typeof scopes];

export const apiBase = '/api/v1';

/** The Lambda functions that answer HTTP, split by duty so that each holds few permissions. */
export type ApiFunction = 'attendance' | 'people' | 'doors';

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
  sightings: {
    method: 'GET',
    path: '/sightings',
    function: 'attendance',
    scope: scopes.read,
    allow: { manager: 'sites', hr: 'sites' },
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

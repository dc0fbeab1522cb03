import { expect, it } from 'vitest';
import { createRoutePattern, matchRoute } from './route-matching.ts';

const chosen = (keys: readonly string[], method: string, path: string) => {
  const routes = keys.map((key) => ({ pattern: createRoutePattern(key) }));
  const match = matchRoute(routes, method, path);
  return match === undefined ? undefined : [match.route.pattern.routeKey, match.pathParameters];
};

// The example of AWS's page on route priority.
const pets = [
  '$default',
  'ANY /{proxy+}',
  'GET /pets/{proxy+}',
  'GET /pets/{id}/toys',
  'GET /pets/dog/1',
  'GET /pets/dog/{id}',
];

it.each([
  ['GET', '/pets/dog/1', 'GET /pets/dog/1', {}],
  ['GET', '/pets/dog/2', 'GET /pets/dog/{id}', { id: '2' }],
  ['GET', '/pets/cat/1', 'GET /pets/{proxy+}', { proxy: 'cat/1' }],
  ['GET', '/pets/cat/toys', 'GET /pets/{id}/toys', { id: 'cat' }],
  ['POST', '/test/5', 'ANY /{proxy+}', { proxy: 'test/5' }],
  ['POST', '/pets/dog/1', 'ANY /{proxy+}', { proxy: 'pets/dog/1' }],
  ['GET', '/', '$default', {}],
])('sends %s %s to %s', (method, path, key, parameters) => {
  expect(chosen(pets, method, path)).toEqual([key, parameters]);
});

it('prefers the exact method to ANY, whatever the order', () => {
  const keys = ['ANY /people', 'GET /people'];
  expect(chosen(keys, 'GET', '/people')?.[0]).toBe('GET /people');
  expect(chosen(keys, 'PUT', '/people')?.[0]).toBe('ANY /people');
});

it.each([
  ['DELETE', '/people/1'],
  ['GET', '/people'],
  ['GET', '/people/'],
  ['GET', '/people/1/'],
  ['GET', '/people/1/faces'],
  ['GET', '/People/1'],
])('finds nothing for %s %s', (method, path) => {
  expect(chosen(['GET /people/{id}'], method, path)).toBeUndefined();
});

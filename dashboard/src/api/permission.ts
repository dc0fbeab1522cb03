import type { Group } from '#contract/api.ts';
import { type Reach, type Route, type RouteName, routes } from '#contract/routes.ts';

const widestFirst: readonly Reach[] = ['all', 'sites', 'self'];

/**
 * How much of a route's data these groups may see; undefined = none.
 * It only decides what to offer: the API decides for itself.
 */
export const reachOn = (name: RouteName, groups: readonly Group[]): Reach | undefined => {
  const { allow }: Route = routes[name];
  const granted = [allow.any, ...groups.map((group) => allow[group])];
  return widestFirst.find((reach) => granted.includes(reach));
};

import type { Reach, Route } from '#contract/routes.ts';
import type { StoredLink } from '../table/items.ts';
import type { Caller } from './caller.ts';
import { Refusal } from './refusal.ts';

/** What a caller may do on one route: whose data, and which sites and person HR has linked the user to. */
export type Access = {
  readonly caller: Caller;
  readonly reach: Reach;
  readonly link: StoredLink;
};

const widestFirst: readonly Reach[] = ['all', 'sites', 'self'];

/**
 * The reach of a caller on a route, by the contract's route table and nothing else. Denies by default:
 * without the route's scope, and without a group that the route names (or `any`), the answer is 403.
 */
export const authorise = (route: Route, caller: Caller): Reach => {
  if (!caller.scopes.includes(route.scope)) {
    throw new Refusal(403, `This needs the scope ${route.scope}; sign in again.`);
  }
  const granted = [route.allow.any, ...caller.groups.map((group) => route.allow[group])];
  const reach = widestFirst.find((candidate) => granted.includes(candidate));
  if (reach === undefined) {
    const needed = Object.keys(route.allow).join(' or ');
    throw new Refusal(403, `None of your groups may do this: it needs ${needed}. Ask an administrator.`);
  }
  return reach;
};

/** Whether a caller with this access may see a site's data. */
export const reachesSite = ({ reach, link }: Access, site: string): boolean =>
  reach === 'all' || (reach === 'sites' && link.sites.includes(site));

/** The site a request is about: the one asked for if the caller reaches it, else the first that they are linked to. */
export const chooseSite = (access: Access, asked: string | undefined): string => {
  const site = asked ?? access.link.sites[0];
  if (site === undefined) throw new Refusal(403, 'You are not linked to a site yet; ask HR.');
  if (!reachesSite(access, site)) throw new Refusal(403, 'You are not linked to this site; ask HR.');
  return site;
};

import type { Me } from '#contract/api.ts';
import { reachOn } from '../api/permission.ts';

/** The site in the address if this person may see it, else their first; undefined when they see only themselves. */
export const siteFor = (me: Pick<Me, 'groups' | 'sites'>, search: string): string | undefined => {
  const reach = reachOn('punches', me.groups);
  if (reach === undefined || reach === 'self') return undefined;
  const asked = new URLSearchParams(search).get('site');
  return me.sites.find((site) => site === asked) ?? me.sites[0];
};

/** A path with the site in its query, so that a link or a reload leads to it again. */
export const withSite = (path: string, site: string | undefined): string =>
  site === undefined ? path : `${path}?${new URLSearchParams({ site })}`;

export const pathHere = (): string => location.pathname + location.search;

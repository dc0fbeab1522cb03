import type { Me } from '#contract/api.ts';
import { reachOn } from '../api/permission.ts';

export type PageName = 'arrivals' | 'check-in' | 'my-days' | 'days' | 'summary' | 'corrections' | 'kiosk';

export type PageLink = { readonly name: PageName; readonly path: string; readonly label: string };

type PageRule = {
  readonly path: string;
  readonly label: (me: Pick<Me, 'groups'>) => string;
  /** It only decides what to offer: the API decides for itself. */
  readonly isFor: (me: Pick<Me, 'groups' | 'sites' | 'person'>) => boolean;
};

/** A person's own part of a route, or that of the sites they are linked to. */
const hasAny = (
  route: 'punches' | 'summary' | 'corrections',
  me: Pick<Me, 'groups' | 'sites' | 'person'>,
) => {
  const reach = reachOn(route, me.groups);
  return reach === 'self' ? me.person !== null : reach !== undefined && me.sites.length > 0;
};

const pages: Readonly<Record<PageName, PageRule>> = {
  arrivals: {
    path: '/',
    label: ({ groups }) => (reachOn('punches', groups) === 'self' ? 'Punches' : 'Arrivals'),
    isFor: (me) => hasAny('punches', me),
  },
  days: {
    path: '/days',
    label: () => 'Days',
    isFor: ({ groups, sites }) => sites.length > 0 && reachOn('overview', groups) !== undefined,
  },
  'check-in': {
    path: '/check-in',
    label: () => 'Check in',
    isFor: ({ groups, person }) => person !== null && reachOn('checkIn', groups) !== undefined,
  },
  'my-days': {
    path: '/my-days',
    label: () => 'My days',
    isFor: ({ groups, person }) => person !== null && reachOn('days', groups) !== undefined,
  },
  summary: { path: '/summary', label: () => 'Summary', isFor: (me) => hasAny('summary', me) },
  corrections: { path: '/corrections', label: () => 'Corrections', isFor: (me) => hasAny('corrections', me) },
  kiosk: {
    path: '/kiosk',
    label: () => 'Kiosk',
    isFor: ({ groups, sites }) => sites.length > 0 && reachOn('punchByPin', groups) !== undefined,
  },
};

/** The pages that this person may open, in the order of the navigation. */
export const pagesFor = (me: Pick<Me, 'groups' | 'sites' | 'person'>): readonly PageLink[] =>
  (Object.entries(pages) as [PageName, PageRule][])
    .filter(([, { isFor }]) => isFor(me))
    .map(([name, { path, label }]) => ({ name, path, label: label(me) }));

export type Place =
  | { readonly page: PageLink }
  /** The page is there, but not for this person; or there is none. */
  | { readonly page: undefined; readonly why: 'not_for_you' | 'no_such_page' };

/** What stands at a path for somebody. The root leads everybody to the first page that they have. */
export const placeAt = (path: string, me: Pick<Me, 'groups' | 'sites' | 'person'>): Place => {
  const offered = pagesFor(me);
  const page = offered.find((link) => link.path === path) ?? (path === '/' ? offered[0] : undefined);
  if (page !== undefined) return { page };
  const isKnown = Object.values(pages).some((rule) => rule.path === path);
  return { page: undefined, why: isKnown ? 'not_for_you' : 'no_such_page' };
};

import type { Site } from '../../domain/site.ts';
import type { SiteDirectory } from '../sites/site-directory.ts';
import type { SearchGuard } from '../usage/search-guard.ts';

/** A directory of these sites and no others. */
export const sitesOf = (...sites: readonly Site[]): Pick<SiteDirectory, 'find'> => ({
  find: async (id) => {
    const site = sites.find((candidate) => candidate.id === id);
    return site && { site, configured: true, calendars: [], version: 0 };
  },
});

/** Searches without a budget. */
export const noGuard: SearchGuard = { state: async () => 'off', bought: () => {} };

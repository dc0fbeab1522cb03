import { type Access, chooseSite, reachesSite } from '../api/authorise.ts';
import { Refusal } from '../api/refusal.ts';
import type { SiteDirectory, SiteRecord } from '../sites/site-directory.ts';
import type { StoredPerson } from '../table/items.ts';
import type { Records } from './records.ts';

/** Whom or what a request is about: one person with their home site, or (`person` null) a whole site. */
export type Subject = { readonly person: StoredPerson | null; readonly record: SiteRecord };

/** Finds what a request is about, within what the caller reaches. */
export interface Subjects {
  /** A site by its id; throws a Refusal (404) when there is none. */
  site(id: string): Promise<SiteRecord>;
  /** The site asked for, else the caller's first. */
  chosenSite(access: Access, asked: string | undefined): Promise<SiteRecord>;
  /** The caller's own person where they reach no other, else the person asked for, else a site. */
  subject(
    access: Access,
    asked: { readonly person?: string | undefined; readonly site?: string | undefined },
  ): Promise<Subject>;
}

export type SubjectsDeps = {
  readonly records: Pick<Records, 'findPeople'>;
  readonly sites: Pick<SiteDirectory, 'find'>;
};

export const makeSubjects = ({ records, sites }: SubjectsDeps): Subjects => {
  const site = async (id: string): Promise<SiteRecord> => {
    const found = await sites.find(id);
    if (found === undefined) throw new Refusal(404, 'There is no such site.');
    return found;
  };
  const chosenSite = async (access: Access, asked: string | undefined): Promise<SiteRecord> =>
    site(chooseSite(access, asked));
  return {
    site,
    chosenSite,
    async subject(access, asked) {
      const personId = access.reach === 'self' ? ownPersonId(access, asked.person) : asked.person;
      if (personId === undefined) return { person: null, record: await chosenSite(access, asked.site) };
      const person = (await records.findPeople([personId])).get(personId);
      if (person === undefined || (access.reach !== 'self' && !reachesSite(access, person.site))) {
        throw new Refusal(404, 'There is no such person at your sites.');
      }
      return { person, record: await site(person.site) };
    },
  };
};

/** Whether a caller may see what happened at a site to a person whom they may see: one's own is everywhere one's own. */
export const mayShow = (access: Access, asked: string | undefined, site: string): boolean =>
  (asked === undefined || site === asked) && (access.reach === 'self' || reachesSite(access, site));

const ownPersonId = ({ link }: Access, asked: string | undefined): string => {
  if (link.personId === undefined) throw new Refusal(403, 'You are not linked to a person yet; ask HR.');
  if (asked !== undefined && asked !== link.personId)
    throw new Refusal(403, 'You may only see your own attendance.');
  return link.personId;
};

import { type Access, chooseSite, reachesSite } from '../api/authorise.ts';
import { Refusal } from '../api/refusal.ts';
import type { StoredPerson } from '../table/items.ts';
import type { Page } from '../table/read-page.ts';
import { findSite, type ScheduleDeps } from './schedule-rules.ts';
import type { ListPart, ScheduleStore } from './schedule-store.ts';

type Asked = {
  readonly person?: string | undefined;
  readonly site?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
};

/** A person whom the caller reaches. */
export const findReachedPerson = async (
  store: ScheduleStore,
  access: Access,
  id: string,
): Promise<StoredPerson> => {
  const person = await store.findPerson(id);
  if (person === null || !reachesSite(access, person.site))
    throw new Refusal(404, 'There is no such person at your sites.');
  return person;
};

/** A page of a site's list, or of what lies with one person, in falling order of its positions; a person's is so little that it is read whole. */
export const listOfSiteOrPerson = async <T extends { readonly site: string }>(
  { sites, store }: Pick<ScheduleDeps, 'sites' | 'store'>,
  access: Access,
  { person: asked, site, cursor, limit }: Asked,
  list: {
    readonly ofSite: (site: string, part: ListPart) => Promise<Page<T>>;
    readonly ofPerson: (personId: string) => Promise<readonly T[]>;
    readonly positionOf: (item: T) => string;
  },
): Promise<Page<T>> => {
  if (asked === undefined) {
    const record = await findSite(sites, chooseSite(access, site));
    return list.ofSite(record.site.id, { after: cursor ?? null, limit });
  }
  const person = await findReachedPerson(store, access, asked);
  const shown = (await list.ofPerson(person.id))
    .filter((one) => reachesSite(access, one.site) && (site === undefined || one.site === site))
    .map((item) => ({ item, at: list.positionOf(item) }))
    .filter(({ at }) => cursor === undefined || at < cursor)
    .sort((a, b) => (a.at > b.at ? -1 : 1));
  const page = shown.slice(0, limit);
  return {
    items: page.map(({ item }) => item),
    next: shown.length > limit ? (page.at(-1)?.at ?? null) : null,
  };
};

import type { UserLink } from '#contract/api.ts';
import { changedMeanwhile, endpoint } from '../api/endpoint.ts';
import type { EndpointsOf } from '../api/make-api.ts';
import { peopleOperations as operations } from '../api/operations/people.ts';
import { Refusal } from '../api/refusal.ts';
import { unlessRaced } from '../api/unless-raced.ts';
import type { StoredLink } from '../table/items.ts';
import type { PeopleStore } from './people-store.ts';
import type { UserLinks } from './user-links.ts';

type UserDeps = {
  readonly users: UserLinks;
  readonly people: Pick<PeopleStore, 'findPerson'>;
  /** Refuses sites that are not there. */
  readonly requireSites: (sites: readonly string[]) => Promise<void> | void;
};

/**
 * Which user is which person. "Never one's own" could be got round with a second sign-in, so one person is at most one user; and
 * with no person for a while, so nobody gives up their own.
 */
export const makeUserEndpoints = ({
  users,
  people,
  requireSites,
}: UserDeps): Pick<EndpointsOf<'people'>, 'user' | 'linkUser'> => ({
  user: endpoint(operations.user, async ({ params }) => {
    const link = await users.find(params.sub);
    return { json: toLink(link), version: link.version ?? 0 };
  }),

  linkUser: endpoint(operations.linkUser, async ({ access, params, body, seenVersion }) => {
    await requireSites(body.sites);
    if (body.personId !== null && (await people.findPerson(body.personId)) === null)
      throw new Refusal(422, 'There is no such person.');
    return unlessRaced(async () => {
      const was = await users.find(params.sub);
      const version = was.version ?? 0;
      const isOwn = params.sub === access.caller.sub;
      if (isOwn && was.personId !== undefined && was.personId !== body.personId)
        throw new Refusal(403, 'Nobody changes which person they are themselves; ask another user of HR.');
      // Who sends no If-Match wants this link whatever is there now.
      if (seenVersion !== null && seenVersion !== version) throw new Refusal(412, changedMeanwhile);
      const done = await users.change(params.sub, body, was);
      if (done === 'person_taken')
        throw new Refusal(409, 'Another user is linked to this person; take that link away first.');
      return done === 'raced' ? null : { json: body, version: version + 1 };
    });
  }),
});

const toLink = ({ personId, sites }: StoredLink): UserLink => ({ personId: personId ?? null, sites });

import type * as z from 'zod';
import { maxEnrolmentBytes, type Person } from '#contract/api.ts';
import { chooseSite, reachesSite } from '../api/authorise.ts';
import { toPage } from '../api/cursor.ts';
import { endpoint } from '../api/endpoint.ts';
import type { EndpointsOf } from '../api/make-api.ts';
import { peopleOperations as operations } from '../api/operations/people.ts';
import { readPicture } from '../api/read-picture.ts';
import { Refusal } from '../api/refusal.ts';
import type { PinStore } from '../pin/pin-store.ts';
import type { SiteDirectory } from '../sites/site-directory.ts';
import type { StoredPerson } from '../table/items.ts';
import type { FaceIndex } from './face-index.ts';
import type { PeopleStore } from './people-store.ts';
import { makePinEndpoints } from './pin-endpoints.ts';
import { makeUserEndpoints } from './user-endpoints.ts';
import type { UserLinks } from './user-links.ts';

export type PeopleDeps = {
  readonly people: PeopleStore;
  readonly users: UserLinks;
  readonly pins: Pick<PinStore, 'set'>;
  readonly faces: FaceIndex;
  readonly sites: Pick<SiteDirectory, 'find'>;
  /** Makes an id that says nothing about the person. */
  readonly newPersonId: () => string;
  /** Epoch milliseconds. */
  readonly now: () => number;
};

const consentFirst = 'Record the person’s consent first; nothing biometric may happen before it.';

/** Enrolment: who is known, by which faces, and which user is which person. */
export const makePeopleEndpoints = (deps: PeopleDeps): EndpointsOf<'people'> => {
  const { people, faces, sites } = deps;
  const instant = () => new Date(deps.now()).toISOString();
  const requireSites = async (asked: readonly string[]): Promise<void> => {
    const found = await Promise.all(asked.map((id) => sites.find(id)));
    const unknown = asked.filter((_, n) => found[n] === undefined);
    if (unknown.length > 0) throw new Refusal(422, `There is no site ${unknown.join(', ')}.`);
  };

  return {
    people: endpoint(operations.people, async ({ access, query }) => {
      const site = chooseSite(access, query.site);
      const { items, next } = await people.peopleOfSite(site, query.cursor ?? null, query.limit);
      return { json: toPage(items.map(toPerson), next) };
    }),

    createPerson: endpoint(operations.createPerson, async ({ access, body }) => {
      await requireSites([chooseSite(access, body.site)]);
      const { consent, ...facts } = body;
      const at = instant();
      const person: StoredPerson = {
        id: deps.newPersonId(),
        ...facts,
        status: 'active',
        ...(consent === null ? {} : { consent: { ...consent, at, by: access.caller.username } }),
        createdAt: at,
      };
      if ((await people.addPerson(person)) === 'number_taken') {
        throw new Refusal(409, 'Another person has this number; choose another or look them up.');
      }
      return { json: toPerson(person) };
    }),

    addFace: endpoint(operations.addFace, async ({ access, params, contentType, bytes }) => {
      const person = await people.findPerson(params.id);
      if (person === null || !reachesSite(access, person.site)) {
        throw new Refusal(404, 'There is no such person at your sites.');
      }
      if (person.status !== 'active') throw new Refusal(409, 'This person has left.');
      if (person.consent === undefined) throw new Refusal(409, consentFirst);
      const { image } = await readPicture({ contentType, bytes }, maxEnrolmentBytes);

      const indexed = await faces.add(person.id, image);
      if (indexed.kind === 'several_faces') {
        throw new Refusal(422, 'There is more than one face in the picture; send one of this person alone.');
      }
      if (indexed.kind === 'no_usable_face') {
        const why = indexed.reasons.length === 0 ? 'no face was found' : indexed.reasons.join(', ');
        throw new Refusal(422, `No usable face (${why}); send a sharp, frontal picture in good light.`);
      }
      const face = { faceId: indexed.faceId, personId: person.id, indexedAt: instant() };
      if ((await people.addFace(face)) === 'added') return { json: face };
      await faces.remove(face.faceId); // the consent went while the face was being indexed
      throw new Refusal(409, consentFirst);
    }),

    ...makeUserEndpoints({ users: deps.users, people, requireSites }),
    ...makePinEndpoints({ people, pins: deps.pins, now: deps.now }),
  };
};

const toPerson = ({ consent, ...person }: StoredPerson): z.input<typeof Person> => ({
  ...person,
  consent: consent ?? null,
});

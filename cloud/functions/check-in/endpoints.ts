import { maxCheckInBytes } from '#contract/check-in.ts';
import type { Site } from '../../domain/site.ts';
import type { Access } from '../api/authorise.ts';
import { endpoint } from '../api/endpoint.ts';
import type { EndpointsOf } from '../api/make-api.ts';
import { checkInOperations as operations } from '../api/operations/check-in.ts';
import { readPicture } from '../api/read-picture.ts';
import { Refusal } from '../api/refusal.ts';
import { toPunchItem } from '../attendance/presentation.ts';
import { type CheckInDeps, makeCheckIn } from './check-in.ts';
import { makePunchByPin, type PunchByPinDeps } from './punch-by-pin.ts';
import { detailOf } from './words.ts';

export type CheckInEndpointsDeps = CheckInDeps & PunchByPinDeps;

/** Marking one's own attendance: by face in the browser, by PIN at a kiosk. */
export const makeCheckInEndpoints = (deps: CheckInEndpointsDeps): EndpointsOf<'check-in'> => {
  const checkIn = makeCheckIn(deps);
  const punchByPin = makePunchByPin(deps);

  const ownPerson = async ({ link }: Access) => {
    if (link.personId === undefined) throw new Refusal(403, 'You are not linked to a person yet; ask HR.');
    const person = await deps.records.findPerson(link.personId);
    if (person === null || person.status !== 'active')
      throw new Refusal(403, 'The person whom you are linked to is not there any more; ask HR.');
    return person;
  };
  const siteOf = async (id: string): Promise<Site> => {
    const record = await deps.sites.find(id);
    if (record !== undefined) return record.site;
    throw new Refusal(409, 'Your site is not there any more; ask HR.');
  };

  return {
    checkIn: endpoint(operations.checkIn, async ({ access, query, contentType, bytes }) => {
      const person = await ownPerson(access);
      const site = await siteOf(person.site);
      const picture = await readPicture({ contentType, bytes }, maxCheckInBytes);
      const checkedIn = await checkIn({ person, site, picture, via: query.direction ?? 'auto' });
      const punch = 'punch' in checkedIn ? checkedIn.punch : null;
      return {
        json: {
          outcome: checkedIn.outcome,
          detail: detailOf(checkedIn, site),
          punch: punch === null ? null : toPunchItem(punch, person, site),
        },
      };
    }),

    punchByPin: endpoint(operations.punchByPin, async ({ access, body }) => ({
      json: await punchByPin(access, body),
    })),
  };
};

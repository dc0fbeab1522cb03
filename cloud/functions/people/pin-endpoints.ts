import { reachesSite } from '../api/authorise.ts';
import { endpoint } from '../api/endpoint.ts';
import { peopleOperations as operations } from '../api/operations/people.ts';
import { Refusal } from '../api/refusal.ts';
import { hashPin } from '../pin/pin-hash.ts';
import type { PinStore } from '../pin/pin-store.ts';
import { weaknessOf } from '../pin/weak-pin.ts';
import type { StoredPerson } from '../table/items.ts';
import type { PeopleStore } from './people-store.ts';

export type PinEndpointsDeps = {
  readonly people: Pick<PeopleStore, 'findPerson'>;
  readonly pins: Pick<PinStore, 'set'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
};

/** PINs for the kiosk: HR gives one, everybody sets their own. Nobody ever reads one back. */
export const makePinEndpoints = ({ people, pins, now }: PinEndpointsDeps) => {
  const setPin = async (person: StoredPerson, pin: string): Promise<void> => {
    const weakness = weaknessOf(pin, person.number);
    if (weakness !== null) throw new Refusal(422, `This PIN is too easy to guess. ${weakness}`);
    const at = new Date(now()).toISOString();
    if ((await pins.set(person.id, await hashPin(pin), at)) === 'no_person')
      throw new Refusal(409, 'This person has left.');
  };

  return {
    setPin: endpoint(operations.setPin, async ({ access, params, body }) => {
      const person = await people.findPerson(params.id);
      if (person === null || !reachesSite(access, person.site))
        throw new Refusal(404, 'There is no such person at your sites.');
      await setPin(person, body.pin);
      return {};
    }),

    setOwnPin: endpoint(operations.setOwnPin, async ({ access: { link }, body }) => {
      const person = link.personId === undefined ? null : await people.findPerson(link.personId);
      if (person === null) throw new Refusal(403, 'You are not linked to a person yet; ask HR.');
      await setPin(person, body.pin);
      return {};
    }),
  };
};

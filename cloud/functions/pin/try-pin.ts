import { RetryLater } from '../errors.ts';
import { noTries, takeTry } from './lock-out.ts';
import { nobodysHash, type PinHash, pinMatches } from './pin-hash.ts';
import type { PinStore } from './pin-store.ts';

/**
 * Tries at one PIN that are sent at once take turns. Each turn that is lost was somebody else's try, and five of those lock the PIN,
 * so only a crowd that also knows the PIN can go on for so long.
 */
const maxTurns = 20;

export type PinDeps = {
  readonly pins: Pick<PinStore, 'find' | 'note' | 'pretend'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
};

/**
 * Whether a PIN is this person's and may be used now. Wrong, locked, none, and nobody (`personId` null) take the same time and are
 * one answer: whoever stands at a kiosk must not learn which numbers there are.
 */
export const makeTryPin = ({ pins, now }: PinDeps) => {
  /** Counts a try; the hash to compare with, and how to forget the tries once it has proved right. Null while there is no try to be had. */
  const take = async (personId: string): Promise<{ hash: PinHash; forget(): Promise<unknown> } | null> => {
    for (let turn = 0; turn < maxTurns; turn += 1) {
      const pin = await pins.find(personId);
      const tries = pin === null ? null : takeTry(pin.tries, now());
      if (pin === null || tries === null) {
        await pins.pretend(personId);
        return null;
      }
      if ((await pins.note(pin, tries)) === 'noted') {
        const noted = { ...pin, tries, version: pin.version + 1 };
        // Raced: tries after this one are being compared and must go on counting.
        return { hash: pin.hash, forget: () => pins.note(noted, noTries) };
      }
    }
    throw new RetryLater('lost_every_race');
  };

  return async (personId: string | null, given: string): Promise<boolean> => {
    const taken = await take(personId ?? nobody);
    const isRight = await pinMatches(given, taken?.hash ?? nobodysHash);
    if (!isRight || taken === null) return false;
    await taken.forget();
    return true;
  };
};

/** Whose PIN is looked for when a number is nobody's, so that the same requests are sent. */
const nobody = 'nobody';

import { Refusal } from './refusal.ts';

const attempts = 5;

/**
 * Does what others may be doing at the same moment: reads, decides and writes anew as long as what it had read has changed
 * meanwhile (null), a few times at most; then it refuses with 409.
 */
export const unlessRaced = async <T>(attempt: () => Promise<T | null>): Promise<T> => {
  for (let n = 0; n < attempts; n += 1) {
    const done = await attempt();
    if (done !== null) return done;
  }
  throw new Refusal(409, 'Somebody else is changing the same at this moment; try again.');
};

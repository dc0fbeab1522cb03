import { addDays } from '../../../domain/local-time.ts';
import type { World } from './world.ts';

export const assignments = async ({ hr }: World): Promise<void> =>
  void (await hr('GET', '/assignments?site=main'));

/** A day off that is entered and taken back; each time another day, so that one that stayed is in nobody's way. */
export const leaveTakenBack = async ({ hr, person, next }: World): Promise<void> => {
  const day = addDays(new Date().toISOString().slice(0, 10), next());
  const leave = { personId: person.id, from: day, to: day, kind: 'annual' };
  const { id } = (await hr('POST', '/leaves', leave)) as { readonly id: string };
  await hr('DELETE', `/leaves/${id}`);
};

import { CorrectionItem } from '#contract/correction.ts';
import type { World } from './world.ts';

const minuteMs = 60_000;

/** A forgotten punch is asked for, approved by somebody else, and the day derived anew. */
export const correctedDay = async (world: World): Promise<void> => {
  const at = new Date(Date.now() - world.next() * minuteMs).toISOString();
  const change = { action: 'add', at, direction: 'out' };
  const asked = await world.hr('POST', '/corrections', {
    person: world.person.id,
    change,
    reason: 'forgot to check out',
  });
  const { id } = CorrectionItem.parse(asked);
  await world.manager('POST', `/corrections/${id}/decision`, { decision: 'approved' });
};

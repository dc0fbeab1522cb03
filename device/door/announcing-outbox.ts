import type { Outbox } from '../outbox/outbox.ts';
import type { Feedback } from './feedback.ts';

/** An outbox that tells the person "saved" once their picture is: not before it would survive a power cut. */
export const announcingOutbox = (outbox: Outbox, feedback: Pick<Feedback, 'saved'>): Outbox => ({
  add: async (entry) => {
    const seq = await outbox.add(entry);
    if (entry.kind === 'sighting') feedback.saved();
    return seq;
  },
});

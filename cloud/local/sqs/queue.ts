import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Change, Records } from '../durable-records.ts';
import type { Schedule } from '../schedule.ts';
import { invalidValue, sqsError } from './errors.ts';
import { Content, sizeOf } from './message.ts';
import type { QueueSettings } from './queue-resource.ts';

/** Where a message stands; small, because it changes with every receive. Times in epoch milliseconds. */
const Standing = z.object({
  sentAtMs: z.number(),
  visibleAtMs: z.number(),
  receives: z.number(),
  bytes: z.number(),
  firstReceivedAtMs: z.number().optional(),
  /** Of the newest receive; older ones no longer delete. */
  handle: z.string().optional(),
  /** The queue that gave it up. */
  deadLetterSource: z.string().optional(),
});
type Standing = z.output<typeof Standing>;

export type ReceivedMessage = Content & {
  readonly id: string;
  readonly receiptHandle: string;
  readonly sentAtMs: number;
  readonly firstReceivedAtMs: number;
  /** This time included. */
  readonly receives: number;
  readonly deadLetterSource?: string;
};

export type QueueDepth = { readonly visible: number; readonly inFlight: number; readonly delayed: number };

type ReceiveOptions = {
  readonly most: number;
  readonly visibilitySeconds: number;
  /** Together at most so many bytes of bodies, though always one message. */
  readonly maxBytes?: number;
};

/** A standard queue on disk: a message that was taken is there until it is deleted or its retention has passed. */
export interface Queue {
  /** Reads what an earlier process left behind. */
  load(): Promise<void>;
  /** Resolves with the message's id once it is on disk. */
  send(content: Content, delaySeconds?: number): Promise<string>;
  /** What is visible now, hidden from others for a while. What was received too often goes to the dead-letter queue instead. */
  receive(options: ReceiveOptions): Promise<readonly ReceivedMessage[]>;
  /** An outdated handle deletes nothing. Throws a ServiceError for one that no queue gave out. */
  delete(receiptHandle: string): Promise<void>;
  changeVisibility(receiptHandle: string, seconds: number): Promise<void>;
  purge(): Promise<void>;
  depth(): QueueDepth;
  /** Sends every visible message to where `target` says, as new messages, and returns how many they were. */
  moveAll(
    target: (message: { readonly deadLetterSource?: string | undefined }) => Queue | undefined,
  ): Promise<number>;
  /** Takes a message that another queue gave up, under its id; the changes have to be committed by the caller, then `confirm`ed. */
  adopt(
    id: string,
    standing: Standing,
    content: Content,
  ): { readonly changes: readonly Change[]; confirm(): void };
  /** Calls back whenever there may be something to receive; the returned function ends that. */
  onAvailable(listener: () => void): () => void;
}

export const makeQueue = ({
  name,
  arn,
  settings,
  records,
  deadLetterQueue,
  schedule,
  now,
}: {
  readonly name: string;
  readonly arn: string;
  readonly settings: QueueSettings;
  readonly records: Records;
  readonly deadLetterQueue: () => Queue | undefined;
  readonly schedule: Schedule;
  readonly now: () => number;
}): Queue => {
  const messages = new Map<string, Standing>();
  const listeners = new Set<() => void>();
  let cancelWake: (() => void) | undefined;

  const standingKey = (id: string): string => `${name}/standing/${id}`;
  const contentKey = (id: string): string => `${name}/content/${id}`;
  const putStanding = (id: string, value: Standing): Change => ({ type: 'put', key: standingKey(id), value });
  const removal = (id: string): readonly Change[] => [
    { type: 'del', key: standingKey(id) },
    { type: 'del', key: contentKey(id) },
  ];
  const contentOf = async (id: string): Promise<Content> => Content.parse(await records.get(contentKey(id)));

  /** Tells listeners now if something is visible, and again when the next hidden message becomes so. */
  const wake = (): void => {
    cancelWake?.();
    cancelWake = undefined;
    if (listeners.size === 0) return;
    let nextMs = Number.POSITIVE_INFINITY;
    let visible = false;
    for (const { visibleAtMs } of messages.values()) {
      if (visibleAtMs <= now()) visible = true;
      else nextMs = Math.min(nextMs, visibleAtMs);
    }
    if (nextMs < Number.POSITIVE_INFINITY) cancelWake = schedule(nextMs - now(), wake);
    if (visible) for (const listener of [...listeners]) listener();
  };

  const put = async (id: string, standing: Standing, content: Content): Promise<void> => {
    await records.commit([putStanding(id, standing), { type: 'put', key: contentKey(id), value: content }], {
      flush: true,
    });
    messages.set(id, standing);
    wake();
  };

  /** Bodies may be pictures of people: none is to stay on the disk when the queue is empty. */
  const scrubWhenEmpty = async (): Promise<void> => {
    if (messages.size === 0) await records.scrub(`${name}/`);
  };

  const remove = async (ids: readonly string[]): Promise<void> => {
    if (ids.length === 0) return;
    for (const id of ids) messages.delete(id);
    await records.commit(ids.flatMap(removal));
    await scrubWhenEmpty();
  };

  const expire = (): Promise<void> => {
    const oldestMs = now() - settings.retentionSeconds * 1000;
    return remove([...messages].filter(([, { sentAtMs }]) => sentAtMs < oldestMs).map(([id]) => id));
  };

  const giveUp = async (id: string, standing: Standing, to: Queue): Promise<void> => {
    messages.delete(id);
    const { handle: _, ...kept } = standing;
    const adopted = to.adopt(id, { ...kept, visibleAtMs: now(), deadLetterSource: arn }, await contentOf(id));
    // One commit, so that a kill leaves the message in exactly one of the queues.
    await records.commit([...removal(id), ...adopted.changes], { flush: true });
    adopted.confirm();
    await scrubWhenEmpty();
  };

  const byHandle = (receiptHandle: string): { id: string; standing: Standing | undefined } => {
    const [id = '', receive] = Buffer.from(receiptHandle, 'base64url').toString().split(' ');
    if (receive === undefined || Buffer.from(`${id} ${receive}`).toString('base64url') !== receiptHandle)
      throw sqsError(
        'ReceiptHandleIsInvalid',
        `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`,
      );
    const standing = messages.get(id);
    return { id, standing: standing?.handle === receiptHandle ? standing : undefined };
  };

  return {
    async load() {
      for (const [id, value] of await records.list(standingKey('')))
        if (!messages.has(id)) messages.set(id, Standing.parse(value));
      await expire();
      wake();
    },

    async send(content, delaySeconds = settings.delaySeconds) {
      const id = randomUUID();
      const visibleAtMs = now() + delaySeconds * 1000;
      await put(id, { sentAtMs: now(), visibleAtMs, receives: 0, bytes: sizeOf(content) }, content);
      return id;
    },

    async receive({ most, visibilitySeconds, maxBytes = Number.POSITIVE_INFINITY }) {
      await expire();
      const { redrive } = settings;
      const taken: [id: string, standing: Standing & { handle: string; firstReceivedAtMs: number }][] = [];
      let bytes = 0;
      for (const id of [...messages.keys()]) {
        if (taken.length === most) break;
        // Read again, because another receive may have come in between.
        const standing = messages.get(id);
        if (standing === undefined || standing.visibleAtMs > now()) continue;
        const dead = deadLetterQueue();
        if (redrive !== undefined && dead !== undefined && standing.receives >= redrive.maxReceiveCount) {
          await giveUp(id, standing, dead);
          continue;
        }
        if (taken.length > 0 && bytes + standing.bytes > maxBytes) break;
        bytes += standing.bytes;
        const claimed = {
          ...standing,
          receives: standing.receives + 1,
          firstReceivedAtMs: standing.firstReceivedAtMs ?? now(),
          visibleAtMs: now() + visibilitySeconds * 1000,
          handle: Buffer.from(`${id} ${randomUUID()}`).toString('base64url'),
        };
        messages.set(id, claimed);
        taken.push([id, claimed]);
      }
      if (taken.length === 0) return [];
      await records.commit(taken.map(([id, standing]) => putStanding(id, standing)));
      wake();
      return Promise.all(
        taken.map(async ([id, { handle, sentAtMs, firstReceivedAtMs, receives, deadLetterSource }]) => ({
          ...(await contentOf(id)),
          id,
          receiptHandle: handle,
          sentAtMs,
          firstReceivedAtMs,
          receives,
          ...(deadLetterSource === undefined ? {} : { deadLetterSource }),
        })),
      );
    },

    async delete(receiptHandle) {
      const { id, standing } = byHandle(receiptHandle);
      if (standing !== undefined) await remove([id]);
    },

    async changeVisibility(receiptHandle, seconds) {
      const { id, standing } = byHandle(receiptHandle);
      if (standing === undefined)
        throw invalidValue(
          `Value ${receiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
        );
      if (standing.visibleAtMs <= now())
        throw sqsError('MessageNotInflight', 'The message referred to is not in flight.');
      const changed = { ...standing, visibleAtMs: now() + seconds * 1000 };
      messages.set(id, changed);
      await records.commit([putStanding(id, changed)]);
      wake();
    },

    purge: () => remove([...messages.keys()]),

    depth() {
      const oldestMs = now() - settings.retentionSeconds * 1000;
      const depth = { visible: 0, inFlight: 0, delayed: 0 };
      for (const { sentAtMs, visibleAtMs, receives } of messages.values()) {
        if (sentAtMs < oldestMs) continue;
        if (visibleAtMs <= now()) depth.visible += 1;
        else if (receives > 0) depth.inFlight += 1;
        else depth.delayed += 1;
      }
      return depth;
    },

    async moveAll(target) {
      let moved = 0;
      for (const id of [...messages.keys()]) {
        const standing = messages.get(id);
        if (standing === undefined || standing.visibleAtMs > now()) continue;
        const to = target(standing);
        if (to === undefined) continue;
        await to.send(await contentOf(id), 0);
        await remove([id]);
        moved += 1;
      }
      return moved;
    },

    adopt: (id, standing, content) => ({
      changes: [putStanding(id, standing), { type: 'put', key: contentKey(id), value: content }],
      confirm() {
        messages.set(id, standing);
        wake();
      },
    }),

    onAvailable(listener) {
      listeners.add(listener);
      wake();
      return () => {
        listeners.delete(listener);
        wake();
      };
    },
  };
};

import type { ReceivedMessage } from './queue.ts';

/** How Lambda's event source mappings read a queue as a function's role. */
export interface QueueSource {
  /** Throws a ServiceError when there is no such queue or the role lacks one of the grants that Lambda asks for. */
  open(queueArn: string, roleArn: string): OpenQueue;
}

/** Every call checks the role's grants again and rejects with AccessDeniedException when one is gone. */
export interface OpenQueue {
  readonly visibilitySeconds: number;
  receive(options: { readonly most: number; readonly maxBytes: number }): Promise<readonly ReceivedMessage[]>;
  delete(receiptHandles: readonly string[]): Promise<void>;
  /** Calls back whenever there may be something to receive; the returned function ends that. */
  onAvailable(listener: () => void): () => void;
}

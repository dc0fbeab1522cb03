import type { StoredEntry } from './entry-file.ts';

/**
 * How one publish ended: the broker's answer (MQTT 5 section 3.4.2.1), or none.
 * `failed` covers everything without an answer; `why` is a short code. `never` = this entry cannot be sent as it is.
 */
export type PublishResult =
  | { readonly kind: 'puback'; readonly reasonCode: number }
  | { readonly kind: 'failed'; readonly why: string; readonly never: boolean };

/** The way to the cloud, as delivery sees it. */
export interface Publisher {
  /** Resolves when a publish is worth trying, or when `signal` aborts. */
  ready(signal: AbortSignal): Promise<void>;
  /** Never rejects: whatever goes wrong is a result. */
  publish(entry: StoredEntry): Promise<PublishResult>;
}

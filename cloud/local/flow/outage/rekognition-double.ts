import { makeThrottle } from '../../apigateway/throttle.ts';

/** What is wrong with Rekognition: a quota, and a time in which it fails. Instants in epoch milliseconds. */
export type RekognitionTrouble = {
  readonly perSecond: number;
  readonly down?: { readonly fromMs: number; readonly toMs: number };
};

/** Calls as AWS would count them. */
export type RekognitionCalls = {
  /** Instants of the calls that were answered with a result. */
  readonly answered: readonly number[];
  readonly throttled: number;
  readonly failed: number;
};

/** Plays Rekognition's quota and its outages; `find` says what a picture shows. */
export const makeRekognitionDouble = <T>({
  trouble,
  find,
  latencyMs,
  now,
  sleep,
}: {
  readonly trouble: RekognitionTrouble;
  readonly find: (image: Uint8Array) => T;
  readonly latencyMs: number;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}) => {
  const quota = makeThrottle(trouble.perSecond, trouble.perSecond, now);
  const answered: number[] = [];
  let throttled = 0;
  let failed = 0;
  return {
    async search(image: Uint8Array): Promise<T> {
      const atMs = now();
      if (!quota.admits()) {
        throttled += 1;
        throw named('ProvisionedThroughputExceededException');
      }
      await sleep(latencyMs);
      if (trouble.down !== undefined && atMs >= trouble.down.fromMs && atMs < trouble.down.toMs) {
        failed += 1;
        throw named('InternalServerError');
      }
      answered.push(atMs);
      return find(image);
    },
    calls: (): RekognitionCalls => ({ answered: [...answered], throttled, failed }),
  };
};

const named = (name: string): Error => Object.assign(new Error('from Rekognition'), { name });

/** The most calls that lie within any one second. */
export const mostInASecond = (instants: readonly number[]): number => {
  const sorted = [...instants].sort((a, b) => a - b);
  let first = 0;
  return sorted.reduce((most, atMs, last) => {
    while ((sorted[first] ?? atMs) <= atMs - 1000) first += 1;
    return Math.max(most, last - first + 1);
  }, 0);
};

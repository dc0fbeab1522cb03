import { expect, it } from 'vitest';
import { unlessStopped } from './unless-stopped.ts';

const never = new Promise<string>(() => undefined);

it('gives the result of work that nobody stops, and its failure', async () => {
  const { signal } = new AbortController();
  expect(await unlessStopped(Promise.resolve('done'), signal)).toBe('done');
  await expect(unlessStopped(Promise.reject(new Error('broken')), signal)).rejects.toThrow('broken');
});

it('does not wait for work that is stopped, also when it was stopped before', async () => {
  const stop = new AbortController();
  const stopped = unlessStopped(never, stop.signal);
  stop.abort();
  expect(await stopped).toBeUndefined();
  expect(await unlessStopped(never, stop.signal)).toBeUndefined();
  expect(await unlessStopped(Promise.reject(new Error('too late')), stop.signal)).toBeUndefined();
});

import { vi } from 'vitest';

/**
 * How long a test waits for something to become true before it fails, in milliseconds. Vitest's own second is a speed limit on a
 * busy machine, and no test here is about speed.
 */
const timeout = 30_000;

const waitFor = vi.waitFor;
vi.waitFor = (callback, options) =>
  waitFor(callback, typeof options === 'number' ? options : { timeout, ...options });

import { describe, expect, it } from 'vitest';
import { startRefreshing, waitAfter } from './refresh.ts';

/** A browser whose clock and visibility the test moves. */
class ManualBrowser {
  nowMs = 0;
  visible = true;
  timers: { id: number; task: () => void; dueMs: number }[] = [];
  listeners = new Set<() => void>();
  #ids = 0;
  now = () => this.nowMs;
  setTimeout = (task: () => void, ms: number) => {
    this.#ids += 1;
    this.timers.push({ id: this.#ids, task, dueMs: this.nowMs + ms });
    return this.#ids;
  };
  clearTimeout = (id: number) => {
    this.timers = this.timers.filter((timer) => timer.id !== id);
  };
  isVisible = () => this.visible;
  onVisibilityChange = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  /** Lets time pass timer by timer, and every refresh finish in between. */
  async pass(ms: number) {
    const endMs = this.nowMs + ms;
    for (;;) {
      await settled();
      const [next] = this.timers.filter(({ dueMs }) => dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs);
      if (next === undefined) break;
      this.nowMs = next.dueMs;
      this.clearTimeout(next.id);
      next.task();
    }
    this.nowMs = endMs;
  }
  show(visible: boolean) {
    this.visible = visible;
    for (const listener of this.listeners) listener();
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

const start = (answers: () => boolean) => {
  const browser = new ManualBrowser();
  const calls: number[] = [];
  const waits: number[] = [];
  const refreshing = startRefreshing(
    async () => {
      calls.push(browser.nowMs);
      return answers();
    },
    browser,
    ({ failures }) => waits.push(failures),
  );
  return { browser, calls, waits, refreshing };
};

describe('refreshing', () => {
  it('asks at once and then steadily, twice within three seconds', async () => {
    const { browser, calls } = start(() => true);
    await browser.pass(3_000);
    expect(calls).toEqual([0, 1_500, 3_000]);
  });

  it('asks nothing while the page is hidden, and at once when it is seen again', async () => {
    const { browser, calls } = start(() => true);
    await browser.pass(1_000);
    browser.show(false);
    await browser.pass(60_000);
    expect(calls).toEqual([0]);
    browser.show(true);
    await settled();
    expect(calls).toEqual([0, 61_000]);
  });

  it('backs off while there is no answer, and is steady again after one', async () => {
    let up = false;
    const { browser, calls, waits } = start(() => up);
    await browser.pass(9_000);
    expect(calls).toEqual([0, 3_000, 9_000]);
    expect(waits).toEqual([1, 2, 3]);
    up = true;
    await browser.pass(12_000);
    await browser.pass(1_500);
    expect(calls.slice(3)).toEqual([21_000, 22_500]);
  });

  it('never waits longer than half a minute', () => {
    expect([0, 1, 2, 20].map(waitAfter)).toEqual([1_500, 3_000, 6_000, 30_000]);
  });

  it('asks at once when told to', async () => {
    const { browser, calls, refreshing } = start(() => false);
    await browser.pass(100);
    refreshing.now();
    await settled();
    expect(calls).toEqual([0, 100]);
  });

  it('asks no more once stopped', async () => {
    const { browser, calls, refreshing } = start(() => true);
    await browser.pass(100);
    refreshing.stop();
    await browser.pass(60_000);
    browser.show(true);
    await settled();
    expect(calls).toEqual([0]);
  });
});

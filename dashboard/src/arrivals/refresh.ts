/** Between the starts of two refreshes while all is well: an arrival is on the page well within three seconds. */
const everyMs = 1_500;
const slowestMs = 30_000;

/** How long to wait after `failures` failed refreshes in a row: 1.5 s, 3 s, 6 s … 30 s. */
export const waitAfter = (failures: number): number => Math.min(slowestMs, everyMs * 2 ** failures);

/** What the loop needs of the browser. */
export type Surroundings = {
  readonly now: () => number;
  readonly setTimeout: (task: () => void, ms: number) => number;
  readonly clearTimeout: (timer: number) => void;
  readonly isVisible: () => boolean;
  /** Calls back whenever visibility changes; answers how to stop that. */
  readonly onVisibilityChange: (listener: () => void) => () => void;
};

export interface Refreshing {
  /** Refreshes at once, whatever the wait. */
  now(): void;
  stop(): void;
}

/**
 * Calls `refresh` again and again while the page can be seen: steadily while it answers true, ever more slowly while it
 * answers false (`onWait` is told how long), and not at all while the page is hidden. Never two at a time.
 */
export const startRefreshing = (
  refresh: () => Promise<boolean>,
  around: Surroundings,
  onWait: (state: { readonly failures: number; readonly untilMs: number }) => void,
): Refreshing => {
  let failures = 0;
  let timer: number | undefined;
  let running = false;
  let stopped = false;

  const run = async (): Promise<void> => {
    if (running || stopped || !around.isVisible()) return;
    running = true;
    around.clearTimeout(timer ?? 0);
    const startedMs = around.now();
    failures = (await refresh().catch(() => false)) ? 0 : failures + 1;
    running = false;
    if (stopped) return;
    const spentMs = failures === 0 ? around.now() - startedMs : 0;
    const waitMs = Math.max(0, waitAfter(failures) - spentMs);
    onWait({ failures, untilMs: around.now() + waitMs });
    timer = around.setTimeout(() => void run(), waitMs);
  };

  const stopListening = around.onVisibilityChange(() => void run());
  void run();
  return {
    now: () => void run(),
    stop() {
      stopped = true;
      stopListening();
      around.clearTimeout(timer ?? 0);
    },
  };
};

/** The real browser. */
export const browserSurroundings = (page: Window): Surroundings => ({
  now: () => Date.now(),
  setTimeout: (task, ms) => page.setTimeout(task, ms),
  clearTimeout: (timer) => page.clearTimeout(timer),
  isVisible: () => page.document.visibilityState === 'visible',
  onVisibilityChange(listener) {
    page.document.addEventListener('visibilitychange', listener);
    return () => page.document.removeEventListener('visibilitychange', listener);
  },
});

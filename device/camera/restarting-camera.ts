import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { backoffMs } from '../outbox/backoff.ts';
import { CameraError, type CameraTrouble } from './camera-error.ts';
import type { Camera } from './frame.ts';

/** Waits between two starts, in milliseconds, and how long a camera must run until its past is forgotten. */
const restart = { baseMs: 1000, longestMs: 60_000, forgottenAfterMs: 30_000 } as const;

/** A camera that says what is wrong with it now; null when it gives frames. */
export interface ReportingCamera extends Camera {
  trouble(): CameraTrouble | null;
}

/**
 * A live camera that is started again whenever it breaks, stalls or ends, after a wait that grows with every start that did not
 * last. It never throws and ends only when `signal` aborts. `random` is 0..1, and spreads the waits.
 */
export const restartingCamera = (
  camera: Camera,
  {
    kind,
    clock,
    log,
    random,
  }: { readonly kind: string; readonly clock: Clock; readonly log: Log; readonly random: () => number },
): ReportingCamera => {
  let trouble: CameraTrouble | null = null;

  return {
    trouble: () => trouble,
    async *frames(signal) {
      let index = 0;
      let failures = 0;
      while (!signal.aborted) {
        let startedMs: number | null = null;
        try {
          for await (const frame of camera.frames(signal)) {
            if (startedMs === null) {
              startedMs = clock.monotonicMs();
              log.event('camera.started', { kind, width: frame.width, height: frame.height });
            }
            trouble = null;
            yield { ...frame, index: index++ };
          }
          if (signal.aborted) return;
          throw new CameraError('ended', 'the camera ended its stream');
        } catch (error) {
          if (signal.aborted) return;
          const known = error instanceof CameraError ? error : null;
          trouble = known?.trouble ?? 'died';
          const event = trouble === 'stalled' ? 'camera.stalled' : 'camera.failed';
          log.event(event, { kind, reason: trouble, why: (error as Error).message });
        }
        const lasted = startedMs !== null && clock.monotonicMs() - startedMs >= restart.forgottenAfterMs;
        failures = lasted ? 1 : failures + 1;
        const waitMs = restart.baseMs / 2 + backoffMs(failures - 1, restart, random);
        log.event('camera.restarting', { kind, failures, waitMs: Math.round(waitMs) });
        await clock.sleep(waitMs, signal);
      }
    },
  };
};

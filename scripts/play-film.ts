import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ReplayConfig } from '../device/camera/replay/config.ts';
import { type RunningProduct, until } from './running-product.ts';
import { startDoor } from './start/door-process.ts';

export type Film = Pick<ReplayConfig, 'kind' | 'seed' | 'realtime'> & {
  readonly passages: number;
  readonly people?: readonly string[];
  readonly pauseSeconds?: number;
  readonly together?: number;
};

/**
 * Runs the demo door of a product that was started with `--no-door` over a film and waits until the film has ended and
 * every picture of it is delivered.
 */
export async function playFilm(product: RunningProduct, camera: Film): Promise<void> {
  const configFile = path.join(product.stateDir, 'door', 'config.json');
  writeFileSync(configFile, JSON.stringify({ ...JSON.parse(readFileSync(configFile, 'utf8')), camera }));
  const logFile = path.join(product.stateDir, 'logs', `film-${camera.seed}.log`);
  const door = startDoor(configFile, logFile, () => {});
  const count = (event: string): number =>
    existsSync(logFile) ? readFileSync(logFile, 'utf8').split(`"event":"${event}"`).length - 1 : 0;
  const over = (): boolean =>
    count('camera.ended') > 0 && count('delivery.delivered') === count('outbox.added');
  try {
    await door.ready;
    await until('the end of the film', async () => (over() ? true : undefined), 200, 600_000);
  } finally {
    await door.stop();
  }
}

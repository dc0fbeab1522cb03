import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SightingPage } from '#contract/api.ts';
import { ReplayConfig } from '../../device/camera/replay/config.ts';
import { replayScript } from '../../device/camera/replay/script.ts';
import { makeApiClient } from '../api-client.ts';
import { signInAtDashboard } from '../dashboard-sign-in.ts';
import { startDoor } from '../start/door-process.ts';
import type { Figure, Measurement } from './figures.ts';
import { type RunningProduct, runProduct, until } from './running-product.ts';

const camera = {
  kind: 'replay',
  seed: 11,
  passages: 24,
  realtime: true,
  pauseSeconds: 1,
  together: 0.25,
} as const;

/**
 * A film with a known number of passages through the real agent and the local cloud: how many searches each passage
 * cost: sightings searched over people who passed.
 */
export const passages: Measurement = {
  figures: ['passage.searches'],
  async measure(report: (figure: Figure) => void): Promise<void> {
    const product = await runProduct(['--no-door']);
    try {
      const passed = replayScript({ ...ReplayConfig.parse(camera), passages: camera.passages }).length;
      await playFilm(product.stateDir);
      report({
        name: 'passage.searches',
        value: (await countSightings(product)) / passed,
        unit: 'searches/passage',
      });
    } finally {
      await product.stop();
    }
  },
};

/** Runs the demo door over the film and waits until it has ended and drained. */
async function playFilm(stateDir: string): Promise<void> {
  const configFile = path.join(stateDir, 'door', 'config.json');
  writeFileSync(configFile, JSON.stringify({ ...JSON.parse(readFileSync(configFile, 'utf8')), camera }));
  const log = path.join(stateDir, 'logs', 'door.log');
  const door = startDoor(configFile, log, () => {});
  const cameraEnded = (): boolean => readFileSync(log, 'utf8').includes('"camera.ended"');
  try {
    await door.ready;
    await until('the end of the film', async () => (cameraEnded() ? true : undefined), 500, 600_000);
  } finally {
    await door.stop();
  }
}

/** Sightings that cost a search, counted when no more arrive. */
async function countSightings(product: RunningProduct): Promise<number> {
  const user = product.endpoints.users.find((candidate) => candidate.username === 'hr');
  if (user === undefined) throw new Error('the product has no demo user hr');
  const api = makeApiClient(
    product.endpoints.api,
    await signInAtDashboard(product.endpoints.dashboard, user),
  );
  let before = -1;
  return until(
    'the last sighting',
    async () => {
      const page = SightingPage.parse(await api('GET', '/sightings?limit=100'));
      const searched = page.items.filter((item) =>
        ['matched', 'ambiguous', 'unknown'].includes(item.outcome),
      ).length;
      const settled = searched === before;
      before = searched;
      return settled ? searched : undefined;
    },
    3000,
    60_000,
  );
}

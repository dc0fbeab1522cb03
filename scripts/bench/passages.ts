import { SightingPage } from '#contract/api.ts';
import { ReplayConfig } from '../../device/camera/replay/config.ts';
import { replayScript } from '../../device/camera/replay/script.ts';
import { playFilm } from '../play-film.ts';
import { type RunningProduct, runProduct, until } from '../running-product.ts';
import type { Figure, Measurement } from './figures.ts';

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
      await playFilm(product, camera);
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

/** Sightings that cost a search, counted when no more arrive. */
async function countSightings(product: RunningProduct): Promise<number> {
  const api = await product.as('hr');
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

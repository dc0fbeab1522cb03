import { ReplayConfig } from '../../device/camera/replay/config.ts';
import { makeReplayCamera } from '../../device/camera/replay/replay-camera.ts';
import { makeManualClock, systemClock } from '../../device/clock.ts';
import { makeLog } from '../../device/log.ts';
import { observeFilm } from '../../device/report/observe.ts';
import { type Score, scoreFilm } from '../../device/report/score.ts';
import { makeFaceFinder } from '../../device/vision/face-finder.ts';
import type { Figure, Measurement } from './figures.ts';

type Film = Pick<ReplayConfig, 'scene' | 'fps'> & {
  readonly passages: number;
  /** Longer side of the picture in which faces are looked for, where a door is told to look closer. */
  readonly detectionSide?: number;
};

/** Films of people, each of which makes one thing hard: 248 passages. Doors see 5 to 10 frames a second. */
const films: readonly Film[] = [
  { scene: 'corridor', passages: 40, fps: 10 },
  { scene: 'groups', passages: 44, fps: 5 },
  { scene: 'crossings', passages: 36, fps: 10 },
  { scene: 'turning', passages: 20, fps: 5 },
  { scene: 'fast', passages: 20, fps: 10 },
  // As the settings advise for a wide lens.
  { scene: 'wide', passages: 18, fps: 5, detectionSide: 320 },
  { scene: 'edge', passages: 16, fps: 5 },
  { scene: 'child', passages: 16, fps: 5 },
  { scene: 'queue', passages: 16, fps: 5 },
  { scene: 'notice', passages: 16, fps: 5 },
  { scene: 'doorway', passages: 6, fps: 5 },
];

/** Films without a face: an empty corridor, and what might be taken for one. Here `passages` counts what comes by. */
const emptyFilms: readonly Film[] = [
  { scene: 'corridor', passages: 0, fps: 5 },
  { scene: 'backs', passages: 20, fps: 5 },
  { scene: 'clutter', passages: 20, fps: 5 },
  { scene: 'pictures', passages: 20, fps: 5 },
];

const configOf = ({ scene, passages, fps }: Film): ReplayConfig =>
  ReplayConfig.parse({
    kind: 'replay',
    seed: 11,
    realtime: false,
    pauseSeconds: 2,
    together: 0.4,
    scene,
    passages,
    fps,
  });

/**
 * Films with known passages through the door's real eyes, with the real detector: `passage.searches` is sightings published over
 * passages that were sighted at all, `passage.recall` the share of the people with a usable face who were sighted, and
 * `passage.false_alarms` counts sightings of what is nobody's face. The films are the same in every run, and so are the figures.
 */
export const passages: Measurement = {
  figures: ['passage.searches', 'passage.recall', 'passage.false_alarms', 'passage.count'],
  async measure(report: (figure: Figure) => void): Promise<void> {
    const scores = await playAll(films);
    const empty = await playAll(emptyFilms);
    const sum = (count: (score: Score) => number, of = scores) =>
      of.reduce((total, score) => total + count(score), 0);
    const ratio = (value: number) => Math.round(value * 1000) / 1000;
    const searches = sum(({ sightings, falseAlarms }) => sightings + falseAlarms);
    const sighted = sum((score) => score.sighted);
    report({ name: 'passage.searches', value: ratio(searches / sighted), unit: 'searches/passage' });
    const recall = sum(({ found }) => found) / sum(({ usable }) => usable);
    report({ name: 'passage.recall', value: ratio(recall), unit: 'ratio' });
    const falseAlarms = sum((score) => score.falseAlarms, [...scores, ...empty]);
    report({ name: 'passage.false_alarms', value: falseAlarms, unit: 'sightings' });
    report({ name: 'passage.count', value: sum(({ passed }) => passed), unit: 'passages' });
  },
};

const playAll = async (wanted: readonly Film[]): Promise<readonly Score[]> => {
  const scores: Score[] = [];
  for (const film of wanted) scores.push(await play(film));
  return scores;
};

const play = async (film: Film): Promise<Score> => {
  const config = configOf(film);
  const log = makeLog({ level: 'error' });
  const finder = await makeFaceFinder({ runtime: 'auto', detectionSide: film.detectionSide });
  try {
    const camera = makeReplayCamera(config, makeManualClock());
    const seen = await observeFilm({ camera, finder, log, clock: systemClock }, new AbortController().signal);
    return scoreFilm(config, seen);
  } finally {
    await finder.close();
  }
};

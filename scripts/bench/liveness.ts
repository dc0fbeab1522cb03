import { v7 as newPassageId } from 'uuid';
import { ReplayConfig } from '../../device/camera/replay/config.ts';
import { makeRandom } from '../../device/camera/replay/random.ts';
import { makeReplayCamera } from '../../device/camera/replay/replay-camera.ts';
import { usablePeople } from '../../device/camera/replay/sample-people.ts';
import { systemClock } from '../../device/clock.ts';
import { makeLivenessPolicy } from '../../device/liveness/liveness-policy.ts';
import { makeMemoryLog } from '../../device/log.ts';
import { runPipeline } from '../../device/pipeline.ts';
import type { FaceFinder } from '../../device/vision/face.ts';
import { makeFaceFinder } from '../../device/vision/face-finder.ts';
import { rgbToYuv420 } from '../../device/vision/yuv.ts';
import type { Figure, Measurement } from './figures.ts';
import { measureNets, netFigures } from './liveness/nets.ts';
import { createPoses, makePainter } from './liveness/posed-faces.ts';

/** How far heads and pictures turn to each side, in degrees. */
const turns = [0, 10, 20, 30] as const;
const sightsPerPassage = 8;
const sightEveryMs = 200;
const filmPassages = 40;

const wholes = ['liveness.false_alarms', 'liveness.missed'] as const;
const parts = ['film', ...turns.map((degrees) => `head_${degrees}`)].map((part) => `${wholes[0]}.${part}`);
const missedParts = turns.map((degrees) => `${wholes[1]}.picture_${degrees}`);

/**
 * Error rates of the liveness hints on examples made for it (docs/liveness.md): `false_alarms` is the share of living people who
 * are called suspicious, `missed` the share of pictures that are not. Films play the sample photographs as people who walk; heads and
 * pictures are the same photographs wrapped around a head and on a flat sheet, turned by as many degrees. Seeds are not those on
 * which the bounds of `device/liveness/movement.ts` were chosen; the people are.
 */
export const liveness: Measurement = {
  figures: [...wholes, ...parts, ...missedParts, ...netFigures],
  async measure(report: (figure: Figure) => void): Promise<void> {
    const finder = await makeFaceFinder({ runtime: 'auto' });
    const tell = (name: string, judged: readonly boolean[]) =>
      report({ name, value: round(judged.filter(Boolean).length / judged.length), unit: 'share' });
    try {
      const film = await watchFilm(finder);
      tell(`${wholes[0]}.film`, film);
      const alive = [...film];
      const missed: boolean[] = [];
      for (const degrees of turns) {
        const heads = await watchTurning(finder, 'head', degrees);
        tell(`${wholes[0]}.head_${degrees}`, heads);
        alive.push(...heads);
        const pictures = (await watchTurning(finder, 'sheet', degrees)).map((suspicious) => !suspicious);
        tell(`${wholes[1]}.picture_${degrees}`, pictures);
        missed.push(...pictures);
      }
      tell(wholes[0], alive);
      tell(wholes[1], missed);
    } finally {
      await finder.close();
    }
    await measureNets(report);
  },
};

const round = (share: number): number => Math.round(share * 1000) / 1000;

/** Which passages of a film a door marks as suspicious. */
const watchFilm = async (finder: FaceFinder): Promise<boolean[]> => {
  const policy = await makeLivenessPolicy('mark', makeMemoryLog());
  const config = {
    kind: 'replay',
    realtime: false,
    seed: 47,
    passages: filmPassages,
    pauseSeconds: 1,
  } as const;
  const marked = new Map<string, boolean>();
  await runPipeline(
    {
      camera: makeReplayCamera(ReplayConfig.parse(config), systemClock),
      finder,
      outbox: {
        add: async ({ facts, kind }) =>
          marked.set(facts.passageId, kind === 'sighting' && facts.liveness?.suspicious === true).size,
      },
      log: makeMemoryLog(),
      doorTime: { bootId: newPassageId(), clockState: () => 'unsynced' },
      newPassageId,
      liveness: policy,
    },
    new AbortController().signal,
  );
  await policy.check.close();
  return [...marked.values()];
};

/** Whether each sample person is suspicious when they turn so far, or a picture of them does. */
const watchTurning = async (
  finder: FaceFinder,
  kind: 'head' | 'sheet',
  degrees: number,
): Promise<boolean[]> => {
  const { check } = await makeLivenessPolicy('mark', makeMemoryLog());
  const random = makeRandom(100 + degrees);
  const suspicious: boolean[] = [];
  for (const person of usablePeople()) {
    const paint = await makePainter(person, kind, random);
    for (const [index, pose] of createPoses(random, degrees, sightsPerPassage).entries()) {
      const picture = paint(pose);
      const time = { capturedAt: 0, monotonicMs: index * sightEveryMs };
      const frame = { ...picture, ...time, index, data: rgbToYuv420(picture) };
      const [face] = await finder.detect(frame);
      if (face) check.watch(person.id, frame, face);
    }
    suspicious.push((await check.judge(person.id))?.suspicious === true);
  }
  await check.close();
  return suspicious;
};

import { ReplayConfig } from '../../device/camera/replay/config.ts';
import { makeReplayCamera } from '../../device/camera/replay/replay-camera.ts';
import { createRoute } from '../../device/camera/replay/route.ts';
import { scenes } from '../../device/camera/replay/scenes.ts';
import { makeManualClock, systemClock } from '../../device/clock.ts';
import { makeLog } from '../../device/log.ts';
import { observeFilm } from '../../device/report/observe.ts';
import { reportText, resultOf } from '../../device/report/report-text.ts';
import { scoreFilm } from '../../device/report/score.ts';
import { writeContactSheets } from '../../device/report/contact-sheet.ts';
import { makeFaceFinder } from '../../device/vision/face-finder.ts';

const s = scenes as any;
const original = { ...s };
const notice = (standMs: number, jitter: number, leave: 'side' | 'turn') => ({ shows: '', parts: (random: any, fromMs: number) => {
  const side = random.between(-0.3, 0.3), away = random.between(0.9, 1.5);
  const looks = Array.from({ length: Math.round(standMs / 500) }, () => ({ turn: random.between(-jitter, jitter), ms: 500 }));
  const out = leave === 'side' ? [{ turn: 40, ms: 300 }, { side: 1.6, away: 0.9, turn: 70, ms: 1200 }] : [{ turn: 180, ms: 500 }, { away: 4.5, ms: 2500 }];
  return [{ route: createRoute(fromMs, { side, away, turn: 0 }, [...looks, ...out]) }];
}});
const play = async (name: string, scene: any, fps: number, passages: number, seed = 5) => {
  s.queue = scene;
  const config = ReplayConfig.parse({ kind: 'replay', seed, realtime: false, pauseSeconds: 3, scene: 'queue', passages, fps });
  const finder = await makeFaceFinder({ runtime: 'auto' } as any);
  const film = await observeFilm({ camera: makeReplayCamera(config, makeManualClock()), finder, log: makeLog({ level: 'error' }), clock: systemClock, withPictures: !!process.env.SHEET }, new AbortController().signal);
  const score = scoreFilm(config, film);
  const results: Record<string, number> = {};
  for (const p of film.passages) results[resultOf(p)] = (results[resultOf(p)] ?? 0) + 1;
  console.log(name, JSON.stringify({ ...score, tracks: film.passages.length, results }));
  if (process.env.SHEET) { console.log(reportText(name, 'x', film, score)); console.log(await writeContactSheets(name, film, `/tmp/revA/exp/${name}`)); }
  await finder.close();
};
const which = process.argv[2];
if (which === 'notice') {
  await play('still-0-side', notice(5000, 0, 'side'), 5, 12);
  await play('still-5-side', notice(5000, 5, 'side'), 5, 12);
  await play('still-12-side', notice(5000, 12, 'side'), 5, 12);
  await play('still-5-turn', notice(5000, 5, 'turn'), 5, 12);
}
if (which === 'gallery') {
  for (const name of ['edge', 'groups', 'crossings', 'turning'] as const)
    await play(`gallery-${name}`, { ...original[name], pictures: 3 }, 5, 14);
}
if (which === 'seeds') for (const seed of [101, 202]) for (const name of ['groups','crossings','fast','edge','child','queue','turning'] as const) await play(`${name}-${seed}`, original[name], name === 'fast' || name === 'crossings' ? 10 : 5, 16, seed);
const turnIn = (turnMs: number, standMs: number, jitter: number) => ({ shows: '', parts: (random: any, fromMs: number) => {
  const away = random.between(0.9, 1.5), from = random.pick([-1, 1]);
  const side = random.between(-0.3, 0.3);
  const looks = Array.from({ length: Math.round(standMs / 500) }, () => ({ turn: random.between(-jitter, jitter), ms: 500 }));
  return [{ route: createRoute(fromMs, { side: from * 1.6, away, turn: -90 * from }, [{ side, ms: 1500 }, { turn: 0, ms: turnMs }, ...looks, { turn: -90 * from, ms: turnMs }, { side: -1.6 * from, ms: 1500 }]) }];
}});
if (which === 'turnin') {
  await play('turnin-400-5fps', turnIn(400, 3000, 4), 5, 12);
  await play('turnin-400-10fps', turnIn(400, 3000, 4), 10, 12);
  await play('turnin-250-5fps', turnIn(250, 3000, 4), 5, 12);
}
if (which === 'base') for (const name of ['edge', 'groups', 'crossings', 'turning'] as const) await play(`base-${name}`, original[name], 5, 14);
if (which === 'one') { await play('gallery-groups', { ...original.groups, pictures: 3 }, 5, 8); }
if (which === 'gt') { await play('gallery-turning', { ...original.turning, pictures: 3 }, 5, 14); }
if (which === 'films') {
  const list: any[] = [['notice',16,5],['pictures',20,5],['backs',20,5],['clutter',20,5],['edge',16,5],['doorway',6,5],['groups',44,5],['child',16,5]];
  for (const [scene, passages, fps] of list) {
    if (process.argv[3] && !process.argv[3].split(',').includes(scene)) continue;
    const config = ReplayConfig.parse({ kind: 'replay', seed: 11, realtime: false, pauseSeconds: 2, together: 0.4, scene, passages, fps });
    const finder = await makeFaceFinder({ runtime: 'auto' } as any);
    const film = await observeFilm({ camera: makeReplayCamera(config, makeManualClock()), finder, log: makeLog({ level: 'error' }), clock: systemClock, withPictures: !!process.env.SHEET }, new AbortController().signal);
    const score = scoreFilm(config, film);
    const results: Record<string, number> = {};
    for (const p of film.passages) results[resultOf(p)] = (results[resultOf(p)] ?? 0) + 1;
    console.log(scene, JSON.stringify({ ...score, missed: score.missed?.map((p: any) => p.passage ?? p), repeated: score.repeated?.map((p: any) => p.passage ?? p), tracks: film.passages.length, results }));
    if (process.env.SHEET) { console.log(reportText(scene, 'x', film, score)); console.log(await writeContactSheets(scene, film, `/tmp/revA/exp/${scene}`)); }
    await finder.close();
  }
}

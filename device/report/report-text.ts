import type { ObservedFilm, ObservedPassage } from './observed.ts';
import type { Score } from './score.ts';
import { textTable } from './text-table.ts';

const digits = (value: number | undefined, count: number): string => value?.toFixed(count) ?? '–';

/** A time of the film as minutes, seconds and tenths: 1:05.3. */
export const filmTime = (ms: number): string => {
  const tenths = Math.round(ms / 100);
  const seconds = (tenths % 600) / 10;
  return `${Math.floor(tenths / 600)}:${seconds < 10 ? '0' : ''}${seconds.toFixed(1)}`;
};

/** A count with its noun: 1 passage, 2 passages. */
export const counted = (count: number, one: string, more = `${one}s`): string =>
  `${count} ${count === 1 ? one : more}`;

/** What became of a passage, in a few words. */
export const resultOf = ({ sightings, unusable }: ObservedPassage): string => {
  if (sightings.length > 1) return `${sightings.length} sightings`;
  if (sightings.length === 1)
    return sightings[0]?.facts.liveness?.suspicious ? 'sighting, suspicious' : 'sighting';
  return unusable
    ? `no picture: ${unusable.reason.replaceAll('_', ' ')}`
    : 'nothing: too short or too unsure';
};

const passageRow = (passage: ObservedPassage, number: number, firstMs: number): readonly string[] => {
  const [first, last] = [passage.sights[0]?.atMs ?? 0, passage.sights.at(-1)?.atMs ?? 0];
  const chosen = passage.sightings.at(-1);
  const quality = chosen?.facts.quality;
  return [
    String(number),
    filmTime(first - firstMs),
    filmTime(last - firstMs),
    String(passage.sights.length),
    chosen ? filmTime(chosen.facts.monotonicMs - firstMs) : '–',
    digits(quality?.size, 0),
    digits(quality?.sharpness, 2),
    digits(quality?.pose, 2),
    digits(quality?.exposure, 0),
    digits(chosen?.face?.score, 2),
    digits(quality?.score, 2),
    resultOf(passage),
  ];
};

const passageTable = ({ passages, firstMs }: ObservedFilm): string =>
  textTable(
    [
      { heading: 'passage' },
      { heading: 'from' },
      { heading: 'to' },
      { heading: 'frames' },
      { heading: 'chosen' },
      { heading: 'face px' },
      { heading: 'sharp' },
      { heading: 'pose' },
      { heading: 'light' },
      { heading: 'detector' },
      { heading: 'quality' },
      { heading: 'result', side: 'left' },
    ],
    passages.map((passage, at) => passageRow(passage, at + 1, firstMs)),
  );

const meanings = {
  decode: 'waiting for a frame from the camera or file',
  motion: 'does anything move?',
  detect: 'looking for faces',
  track: 'whose face is it?',
  judge: 'how good is it, and is it time to send?',
  confirm: 'second model on the chosen crop',
  encode: 'the JPEG',
} as const;

const stageTable = ({ times, frames }: ObservedFilm): string => {
  const allMs = times.reduce((sum, { totalMs }) => sum + totalMs, 0);
  return textTable(
    [
      { heading: 'stage', side: 'left' },
      { heading: 'runs' },
      { heading: 'seconds' },
      { heading: 'ms a run' },
      { heading: '95 % below' },
      { heading: 'ms a frame' },
      { heading: 'share' },
      { heading: '', side: 'left' },
    ],
    times.map(({ stage, count, totalMs, p95Ms }) => [
      stage,
      String(count),
      digits(totalMs / 1000, 2),
      digits(totalMs / count, 2),
      digits(p95Ms, 2),
      digits(totalMs / Math.max(1, frames.seen), 2),
      `${digits((100 * totalMs) / allMs, 0)} %`,
      meanings[stage],
    ]),
  );
};

/** By the time of the film: the numbers of the table are those of what was seen. */
const whenOf = (passages: Score['missed']): string =>
  passages.map(({ fromMs, toMs }) => `${filmTime(fromMs)} to ${filmTime(toMs)}`).join(', ');

const truthText = ({ passed, usable, found, falseAlarms, missed, repeated }: Score): string =>
  [
    passed === 0
      ? 'In truth nobody passed; '
      : `In truth ${counted(passed, 'person', 'people')} passed, ${usable} of them with a usable face; ${found} of those were sighted, `,
    `${counted(falseAlarms, 'sighting')} showed nobody.\n`,
    missed.length > 0 ? `Missed: who was there ${whenOf(missed)}.\n` : '',
    repeated.length > 0 ? `Sighted more than once: who was there ${whenOf(repeated)}.\n` : '',
  ].join('');

/** What a run over a film came to, as text for a terminal. `score` is there for a scene, whose truth is known. */
export const reportText = (
  name: string,
  runtime: string,
  film: ObservedFilm,
  score: Score | null,
): string => {
  const { size, frames, passages, firstMs, lastMs, tookMs } = film;
  const sightings = passages.reduce((sum, passage) => sum + passage.sightings.length, 0);
  const played = size
    ? `${size.width} x ${size.height} pixels, ${filmTime(lastMs - firstMs)} of film`
    : 'no frame';
  return [
    `${name}: ${played}, played in ${digits(tookMs / 1000, 1)} s on ${runtime}\n`,
    '\n',
    passages.length > 0 ? passageTable(film) : 'Nobody passed.\n',
    '\n',
    `${counted(passages.length, 'passage')}, ${counted(sightings, 'sighting')}. `,
    `${counted(frames.seen, 'frame')}: ${frames.searched} searched for faces, ${frames.withFaces} with faces`,
    frames.failed > 0 ? `, ${frames.failed} failed (see the log above)` : '',
    '.\n',
    score ? truthText(score) : '',
    '\n',
    stageTable(film),
  ].join('');
};

import { expect, it } from 'vitest';
import { filmTime, reportText } from './report-text.ts';
import { createFilm, createPassage } from './test-film.ts';

const sight = (atMs: number) => ({ atMs, box: { x: 600, y: 300, width: 92, height: 92 }, score: 0.91 });
const film = createFilm([
  createPassage('one', [sight(1400), sight(3200)], [1]),
  createPassage('two', [sight(4000), sight(5000), sight(6000)], [0, 2]),
  createPassage('three', [sight(7000)], []),
]);

it('tells each passage with its chosen frame, its quality and what became of it', () => {
  const lines = reportText('door.mp4', 'onnx', film, null).split('\n');
  expect(lines[0]).toBe('door.mp4: 1280 x 720 pixels, 0:10.0 of film, played in 1.5 s on onnx');
  const words = lines.slice(3, 6).map((line) => line.trim().split(/\s{2,}/));
  const quality = ['92', '0.71', '0.93', '120', '0.91', '0.60'];
  expect(words).toEqual([
    ['1', '0:00.4', '0:02.2', '2', '0:02.2', ...quality, 'sighting'],
    ['2', '0:03.0', '0:05.0', '3', '0:05.0', ...quality, '2 sightings'],
    ['3', '0:06.0', '0:06.0', '1', ...Array(7).fill('–'), 'no picture: not frontal'],
  ]);
  expect(lines).toContain('3 passages, 3 sightings. 101 frames: 80 searched for faces, 60 with faces.');
});

it('tells what each stage took', () => {
  const text = reportText('door.mp4', 'onnx', film, null);
  expect(text).toMatch(/^decode +102 +0\.51 +5\.00 +8\.00 +5\.05 +51 % {2}waiting for a frame/m);
  expect(text).toMatch(/^detect +80 +0\.49 +6\.13 +9\.50 +4\.85 +49 % {2}looking for faces$/m);
});

it('compares a scene with its truth', () => {
  const score = {
    passed: 4,
    usable: 3,
    found: 2,
    sighted: 2,
    sightings: 3,
    falseAlarms: 1,
    missed: [{ passage: 3, personId: 'a', fromMs: 12_300, toMs: 15_100, isUsable: true }],
    repeated: [{ passage: 0, personId: 'b', fromMs: 900, toMs: 4000, isUsable: true }],
  };
  const text = reportText('groups', 'wasm', film, score);
  expect(text).toContain('In truth 4 people passed, 3 of them with a usable face; 2 of those were sighted');
  expect(text).toContain('1 sighting showed nobody.');
  expect(text).toContain('Missed: who was there 0:12.3 to 0:15.1.');
  expect(text).toContain('Sighted more than once: who was there 0:00.9 to 0:04.0.');
});

it('says so when nobody passed and when there was no frame', () => {
  const empty = { ...createFilm([]), size: null };
  const text = reportText('dark.mp4', 'wasm', empty, null);
  expect(text).toContain('dark.mp4: no frame');
  expect(text).toContain('Nobody passed.');
});

it('writes times of the film as minutes and seconds', () => {
  expect([0, 949, 59_960, 65_300, 3_600_000].map(filmTime)).toEqual([
    '0:00.0',
    '0:00.9',
    '1:00.0',
    '1:05.3',
    '60:00.0',
  ]);
});

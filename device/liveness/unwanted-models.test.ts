import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

/** How face-api and human call what must never be loaded: emotion, age and gender. */
const unwanted =
  /faceExpressionNet|ageGenderNet|faceres|emotion\.json|\bgear\b|ssrnet|withFaceExpressions|withAgeAndGender/i;

it('no code of the door names a network that tells emotion, age or gender', () => {
  const device = path.join(import.meta.dirname, '..');
  const sources = readdirSync(device, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|mjs)$/.test(file) && !file.endsWith('unwanted-models.test.ts'))
    .map((file) => ({ file, text: readFileSync(path.join(device, file), 'utf8') }));
  expect(sources.length).toBeGreaterThan(50);
  expect(sources.filter(({ text }) => unwanted.test(text)).map(({ file }) => file)).toEqual([]);
});

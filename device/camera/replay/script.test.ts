import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { ReplayConfig } from './config.ts';
import { enrolmentCrop, samplePeople, usablePeople } from './sample-people.ts';
import { endOf, walkGroups } from './script.ts';
import { replayScript } from './truth.ts';
import { placeAt } from './walk.ts';

const configOf = (changes: Partial<ReplayConfig> = {}): ReplayConfig =>
  ReplayConfig.parse({ kind: 'replay', passages: 60, together: 0.5, ...changes });

describe('the script', () => {
  it('has as many passages as asked for, numbered in order, each person as often as the others', () => {
    const script = replayScript(configOf({ passages: usablePeople().length * 2 }));
    expect(script.map((passage) => passage.passage)).toEqual(script.map((_, n) => n));
    for (const { id } of usablePeople()) {
      expect(script.filter((passage) => passage.personId === id)).toHaveLength(2);
    }
  });

  it('begins the same whether or not it ends', () => {
    const long = [...walkGroups(configOf())].flat();
    const endless = walkGroups(ReplayConfig.parse({ kind: 'replay', together: 0.5 }));
    expect(endless.next().value).toEqual(long.slice(0, 1));
  });

  it('has no script of an endless film', () => {
    expect(() => replayScript(ReplayConfig.parse({ kind: 'replay' }))).toThrow('set passages');
  });

  it('leaves the corridor empty before each group', () => {
    let freeAtMs = 0;
    for (const group of walkGroups(configOf({ pauseSeconds: 4 }))) {
      expect(Math.min(...group.map((walk) => walk.fromMs)) - freeAtMs).toBeGreaterThanOrEqual(2400);
      freeAtMs = Math.max(...group.map(endOf));
    }
  });

  it('lets people come alone or together as told', () => {
    const sizes = (together: number) =>
      new Set([...walkGroups(configOf({ together }))].map((group) => group.length));
    expect(sizes(0)).toEqual(new Set([1]));
    expect(sizes(0.5)).toEqual(new Set([1, 2, 3]));
  });
});

describe('a walk', () => {
  const picture = { width: 1280, height: 720 };
  const walks = [...walkGroups(configOf())].flat();

  it('brings the face from some 40 pixels to 130 or more, and out of the picture', () => {
    for (const walk of walks) {
      expect(placeAt(walk, walk.fromMs - 1, picture)).toBeNull();
      expect(placeAt(walk, endOf(walk), picture)).toBeNull();
      expect(placeAt(walk, walk.fromMs, picture)?.faceWidth).toBeCloseTo(40, -1);
      expect(placeAt(walk, walk.fromMs + walk.approachMs, picture)?.faceWidth).toBeGreaterThan(130);
      const last = placeAt(walk, endOf(walk) - 1, picture);
      const half = (last?.faceWidth ?? 0) / 2;
      const isInside =
        last && last.centreX > -half && last.centreX < 1280 + half && last.centreY < 720 + half;
      expect(isInside).toBe(false);
    }
  });

  it('never takes one person in front of the face of another', () => {
    for (const group of walkGroups(configOf())) {
      const untilMs = Math.max(...group.map(endOf));
      for (let atMs = 0; atMs < untilMs; atMs += 100) {
        const places = group.flatMap((walk) => placeAt(walk, atMs, picture) ?? []);
        for (const near of places) {
          for (const far of places.filter((place) => place !== near && place.faceWidth <= near.faceWidth)) {
            expect(Math.abs(near.centreX - far.centreX)).toBeGreaterThan(
              0.95 * near.faceWidth + 0.5 * far.faceWidth,
            );
          }
        }
      }
    }
  });
});

describe('the sample people', () => {
  it('have each an id of their own and lie within their photographs', async () => {
    const people = samplePeople();
    expect(new Set(people.map((person) => person.id)).size).toBe(people.length);
    expect(usablePeople().length).toBeGreaterThanOrEqual(14);
    for (const { photoPath, box } of people) {
      const { width, height } = await sharp(photoPath).metadata();
      expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height).toBe(
        true,
      );
    }
  });

  it('are enrolled with a JPEG of head and shoulders', async () => {
    for (const person of usablePeople()) {
      const { format, width, height } = await sharp(await enrolmentCrop(person)).metadata();
      expect(format).toBe('jpeg');
      expect(width).toBeGreaterThan(1.8 * person.box.width);
      expect(height).toBeGreaterThan(1.8 * person.box.height);
    }
  });
});

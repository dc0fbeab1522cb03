import { describe, expect, it } from 'vitest';
import { CheckInOutcome } from '#contract/check-in.ts';
import { punchAt } from '../arrivals/examples-for-tests.ts';
import { closeCamera, openCamera } from './camera.ts';
import { answerWords, cameraWords, keptWords } from './check-in-words.ts';
import { fitted, smallEnough } from './picture.ts';

describe('the picture that is sent', () => {
  it('keeps its shape and is never made larger', () => {
    expect(fitted({ width: 4032, height: 3024 })).toEqual({ width: 1280, height: 960 });
    expect(fitted({ width: 720, height: 2880 })).toEqual({ width: 320, height: 1280 });
    expect(fitted({ width: 640, height: 480 })).toEqual({ width: 640, height: 480 });
    expect(fitted({ width: 40_000, height: 3 })).toEqual({ width: 1280, height: 1 });
  });

  it('has the best quality that is small enough', async () => {
    const tried: number[] = [];
    const encode = async (quality: number) => {
      tried.push(quality);
      return new Blob([new Uint8Array(Math.round(quality * 1000))]);
    };
    expect((await smallEnough(encode, 750)).size).toBe(700);
    expect(tried).toEqual([0.9, 0.8, 0.7]);
  });

  it('is the smallest possible when none is small enough', async () => {
    const picture = await smallEnough(async (quality) => new Blob([new Uint8Array(quality * 1000)]), 1);
    expect(picture.size).toBe(400);
  });
});

describe('the camera', () => {
  const refusing = (name: string) => ({
    getUserMedia: async () => {
      throw new DOMException('', name);
    },
  });

  it.each([
    ['NotAllowedError', 'denied'],
    ['NotFoundError', 'none'],
    ['NotReadableError', 'in_use'],
    ['SomethingNew', 'failed'],
  ])('says what %s means', async (name, problem) => {
    expect(await openCamera(refusing(name))).toEqual({ problem });
  });

  it('is not there on a page without https', async () => {
    expect(await openCamera(undefined)).toEqual({ problem: 'insecure' });
  });

  it('is asked for the side that looks at the person, and for no sound', async () => {
    let asked: MediaStreamConstraints | undefined;
    await openCamera({
      getUserMedia: async (constraints) => {
        asked = constraints;
        throw new Error('enough');
      },
    });
    expect(asked).toMatchObject({ audio: false, video: { facingMode: 'user' } });
  });

  it('is let go with all its tracks', () => {
    let stopped = 0;
    const track = { stop: () => (stopped += 1) };
    closeCamera({ getTracks: () => [track, track] } as unknown as MediaStream);
    expect(stopped).toBe(2);
  });

  it('has words for each problem, with a remedy', () => {
    for (const problem of ['insecure', 'none', 'denied', 'in_use', 'failed'] as const)
      expect(cameraWords(problem).remedy).toMatch(/\.$/);
  });
});

describe('the answer', () => {
  const person = 'Ada Example';

  it('says who, which way and when at the clock of the site', () => {
    const words = answerWords({ outcome: 'matched', detail: '', punch: punchAt(12) }, person);
    expect(words).toEqual({ counted: 'now', title: 'Ada Example, in at 08:58', line: 'You are counted.' });
  });

  it('has a title and something to do for every outcome', () => {
    for (const outcome of CheckInOutcome.options) {
      const { title, line } = answerWords({ outcome, detail: '', punch: null }, person);
      expect(title, outcome).not.toBe('');
      expect(line, outcome).toMatch(/\.$/);
    }
  });

  it('does not call somebody counted who shows a picture of an earlier day', () => {
    const answer = { outcome: 'used_before' as const, detail: 'Take a new one.', punch: punchAt(12) };
    expect(answerWords(answer, person)).toEqual({
      counted: 'no',
      title: 'This picture was used before',
      line: 'Take a new one.',
    });
  });

  it('says for how long pictures are kept as it was deployed, and promises no number that it does not know', () => {
    expect(keptWords(14)).toContain('at most 14 days');
    expect(keptWords(undefined)).not.toMatch(/\d/);
  });

  it('leaves the advice to the API where it has some', () => {
    expect(answerWords({ outcome: 'too_small', detail: 'Come closer.', punch: null }, person).line).toBe(
      'Come closer.',
    );
  });
});

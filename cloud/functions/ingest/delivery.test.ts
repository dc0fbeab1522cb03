import { describe, expect, it } from 'vitest';
import { golden } from '#contract/golden.ts';
import { maxCropBytes } from '#contract/sighting.ts';
import { OperatorError } from '../errors.ts';
import { tinyJpeg } from '../jpeg-for-tests.ts';
import { parseDelivery } from './delivery.ts';

const sighting = golden('sighting');
const event = (change: object = {}) => ({
  image: tinyJpeg(200, 240).toString('base64'),
  sighting: JSON.stringify(sighting),
  thingName: 'rollcall-dev-demo-1',
  receivedAt: Date.parse('2026-11-23T07:58:13.000Z'),
  ...change,
});
const passageEvent = (text: string) => ({
  passage: Buffer.from(text).toString('base64'),
  thingName: 'rollcall-dev-demo-1',
  receivedAt: 1,
});

/** The header of a PNG of 65,535 × 65,535 pixels, which a few kilobytes of zeros would fill. */
const pngBomb = Buffer.from('89504e470d0a1a0a0000000d494844520000ffff0000ffff08020000006e3cd8d1', 'hex');

describe('reading a delivery', () => {
  it('takes a sighting as the contract has it', () => {
    expect(parseDelivery(event())).toMatchObject({
      kind: 'sighting',
      thing: 'rollcall-dev-demo-1',
      receivedAt: '2026-11-23T07:58:13.000Z',
      sighting,
    });
  });

  it('takes a passage without a face', () => {
    const passage = golden('passage');
    expect(parseDelivery(passageEvent(JSON.stringify(passage)))).toMatchObject({ kind: 'passage', passage });
  });

  it.each([
    ['without its property', { sighting: undefined }, 'property_missing'],
    ['with a property that is no JSON', { sighting: '{' }, 'property_not_json'],
    ['of another version', { sighting: JSON.stringify({ ...sighting, v: 2 }) }, 'sighting_not_valid'],
    ['with a word too many', { sighting: JSON.stringify({ ...sighting, name: 'x' }) }, 'sighting_not_valid'],
    ['that is no picture', { image: Buffer.from('hello').toString('base64') }, 'not_a_jpeg'],
    ['that is a PNG, however large it would be', { image: pngBomb.toString('base64') }, 'not_a_jpeg'],
    [
      'that announces more pixels than a door has',
      { image: tinyJpeg(65_000, 65_000).toString('base64') },
      'picture_too_large',
    ],
    [
      'that was cut off',
      { image: tinyJpeg(200, 240).subarray(0, -2).toString('base64') },
      'picture_truncated',
    ],
    [
      'that is too large',
      { image: Buffer.concat([tinyJpeg(200, 240), Buffer.alloc(maxCropBytes)]).toString('base64') },
      'picture_too_large',
    ],
  ])('refuses a sighting %s as an error', (_case, change, reason) => {
    expect(parseDelivery(event(change))).toMatchObject({ kind: 'rejected', outcome: 'error', reason });
  });

  it.each([
    [79, 240],
    [240, 79],
  ])('finds no usable face in a picture of %i × %i', (width, height) => {
    const image = tinyJpeg(width, height).toString('base64');
    expect(parseDelivery(event({ image }))).toMatchObject({
      kind: 'rejected',
      outcome: 'no_usable_face',
      reason: 'picture_too_small',
    });
  });

  it('answers for a sighting that is not valid but tells which it is', () => {
    const broken = JSON.stringify({ ...sighting, quality: undefined });
    expect(parseDelivery(event({ sighting: broken }))).toMatchObject({
      passageId: sighting.passageId,
      attempt: sighting.attempt,
      seq: sighting.seq,
      answerable: true,
    });
  });

  it('keeps the sequence number of one that cannot be answered, so that it is no gap', () => {
    const broken = JSON.stringify({ ...sighting, passageId: 'mine' });
    expect(parseDelivery(event({ sighting: broken }))).toMatchObject({
      seq: sighting.seq,
      answerable: false,
    });
    const passage = JSON.stringify({ ...golden('passage'), v: 2 });
    expect(parseDelivery(passageEvent(passage))).toMatchObject({ kind: 'rejected', seq: 42 });
    const noNumber = JSON.stringify({ ...sighting, passageId: 'mine', seq: -1 });
    expect(parseDelivery(event({ sighting: noNumber }))).toMatchObject({ seq: null });
  });

  it('gives one that tells nothing the same id on every try, and another to another', () => {
    const idOf = (change: object) => {
      const delivery = parseDelivery(event({ sighting: undefined, ...change }));
      return delivery.kind === 'rejected' ? [delivery.passageId, delivery.answerable] : [];
    };
    expect(idOf({})).toEqual([expect.stringMatching(/^rejected-[0-9a-f]{32}$/), false]);
    expect(idOf({})).toEqual(idOf({}));
    expect(idOf({ receivedAt: 5 })).not.toEqual(idOf({}));
  });

  it('refuses a passage that is no JSON or not as the contract has it', () => {
    expect(parseDelivery(passageEvent('{'))).toMatchObject({ kind: 'rejected', reason: 'passage_not_json' });
    expect(parseDelivery(passageEvent('{}'))).toMatchObject({
      kind: 'rejected',
      reason: 'passage_not_valid',
    });
  });

  it('calls for an operator when no rule of ours can have made the event', () => {
    expect(() => parseDelivery({ hello: 'world' })).toThrow(OperatorError);
    expect(() => parseDelivery(event({ thingName: undefined }))).toThrow(OperatorError);
  });
});

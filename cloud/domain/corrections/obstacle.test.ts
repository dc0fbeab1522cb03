import { describe, expect, it } from 'vitest';
import type { Change } from '#contract/correction.ts';
import { at, correction } from '../rules-for-tests.ts';
import { readCorrections } from './correction-log.ts';
import { obstacleTo, recordedInstants } from './obstacle.ts';

const recorded = { id: 'p', at: at('09:00'), via: 'auto' as const };
const add: Change = { action: 'add', at: at('17:00'), direction: 'out' };
const added = { id: 'a', at: at('17:00'), via: 'out' as const };
const retime: Change = { action: 'retime', punch: recorded, to: at('08:55') };
const moved = { ...recorded, at: at('08:55') };

/** Corrections decided (or not) one after the other. */
const log = (...entries: readonly (readonly [id: string, Change, ('approved' | 'refused' | 'waiting')?])[]) =>
  readCorrections(
    entries.flatMap(([id, change, state], n) => correction(id, change, state, `2026-11-24T10:00:0${n}.000Z`)),
  );

describe('what stands in the way of a correction', () => {
  it('is nothing when its punch is as it was recorded', () => {
    expect(obstacleTo({ action: 'void', punch: recorded }, recorded, [])).toBeNull();
    expect(obstacleTo(add, undefined, [])).toBeNull();
  });

  it.each<[string, Change]>([
    ['another time', { action: 'void', punch: { ...recorded, at: at('09:01') } }],
    ['another direction', { action: 'void', punch: { ...recorded, via: 'in' } }],
  ])('is that its punch has %s', (_case, change) => {
    expect(obstacleTo(change, recorded, [])).toBe('not_as_named');
  });

  it('is that nobody recorded its punch', () => {
    expect(obstacleTo({ action: 'void', punch: recorded }, undefined, [])).toBe('not_as_named');
  });

  it('is that an approved correction changed its punch, which must then be named as it is now', () => {
    const others = log(['c', retime]);
    expect(obstacleTo({ action: 'void', punch: recorded }, recorded, others)).toBe('not_as_named');
    expect(obstacleTo({ action: 'void', punch: moved }, recorded, others)).toBeNull();
  });

  it('is that an approved correction voided its punch', () => {
    const others = log(['c', { action: 'void', punch: recorded }]);
    expect(obstacleTo(retime, recorded, others)).toBe('not_as_named');
  });

  it('is not what was refused, or waits and asks for something else', () => {
    const others = log(['c', retime, 'refused'], ['d', { action: 'void', punch: recorded }, 'waiting']);
    expect(obstacleTo(retime, recorded, others)).toBeNull();
  });

  it('is that the same waits already', () => {
    expect(obstacleTo(add, undefined, log(['a', add, 'waiting']))).toBe('waiting_already');
    expect(obstacleTo(retime, recorded, log(['c', retime, 'waiting']))).toBe('waiting_already');
  });

  it('is that the same punch was added, until that one is voided', () => {
    expect(obstacleTo(add, undefined, log(['a', add]))).toBe('done_already');
    expect(obstacleTo(add, undefined, log(['a', add], ['v', { action: 'void', punch: added }]))).toBeNull();
  });

  it('is nothing for a punch that a correction added', () => {
    expect(obstacleTo({ action: 'void', punch: added }, undefined, log(['a', add]))).toBeNull();
    expect(obstacleTo({ action: 'void', punch: added }, undefined, log(['a', add, 'waiting']))).toBe(
      'not_as_named',
    );
  });

  it('is looked up where the punch was recorded, wherever corrections have moved it', () => {
    const later: Change = { action: 'retime', punch: moved, to: at('08:50') };
    expect(recordedInstants(later, log(['c', retime]))).toEqual([moved.at, recorded.at]);
    expect(recordedInstants(add, log(['c', retime]))).toEqual([]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deltaOf, type Section, type Stamped, stampsOf, updateSection } from './shadow-state.ts';

const at = (change: Section | null | undefined, timestamp: number, old?: Stamped) =>
  updateSection(old, change, timestamp);

describe('a section', () => {
  it('merges objects, replaces arrays and values, and stamps only what was sent', () => {
    const old = at({ camera: { zone: 1, mode: 'day' }, list: [1, 2], kept: true }, 10);
    expect(at({ camera: { mode: 'night' }, list: [3] }, 20, old)).toEqual({
      state: { camera: { zone: 1, mode: 'night' }, list: [3], kept: true },
      metadata: {
        camera: { zone: { timestamp: 10 }, mode: { timestamp: 20 } },
        list: [{ timestamp: 20 }],
        kept: { timestamp: 10 },
      },
    });
  });

  it('deletes a key by null, with its timestamp', () => {
    const old = at({ a: 1, b: { c: 2, d: 3 } }, 10);
    expect(at({ a: null, b: { c: null } }, 20, old)).toEqual({
      state: { b: { d: 3 } },
      metadata: { b: { d: { timestamp: 10 } } },
    });
  });

  it('turns a value into an object without a timestamp of the value', () => {
    expect(at({ a: { b: 1 } }, 20, at({ a: 7 }, 10))?.metadata).toEqual({ a: { b: { timestamp: 20 } } });
  });

  it.each([
    ['null for the whole', null],
    ['null for its last key', { a: null }],
  ])('is gone after %s', (_, change) => {
    expect(at(change, 20, at({ a: 1 }, 10))).toBeUndefined();
  });

  it('is left as it is by an update of the other one', () => {
    const old = at({ a: 1 }, 10);
    expect(at(undefined, 20, old)).toBe(old);
  });

  it('takes a key such as __proto__ as any other', () => {
    const change = JSON.parse('{"__proto__":{"polluted":1},"constructor":2}') as Section;
    const { state } = at(change, 1) ?? { state: {} };
    expect(JSON.stringify(state)).toBe('{"__proto__":{"polluted":1},"constructor":2}');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});

describe('a delta', () => {
  const delta = (desired: Section, reported?: Section) => deltaOf(at(desired, 5), reported)?.state;

  it('holds what is desired and not reported so, of objects only the part', () => {
    expect(delta({ a: 1, b: { c: 2, d: 3 }, e: [1] }, { a: 1, b: { c: 2, d: 4 }, e: [1, 2], x: 9 })).toEqual({
      b: { d: 3 },
      e: [1],
    });
  });

  it('holds everything while nothing is reported, with the timestamps of the desire', () => {
    expect(deltaOf(at({ a: { b: 1 } }, 5), undefined)).toEqual({
      state: { a: { b: 1 } },
      metadata: { a: { b: { timestamp: 5 } } },
    });
  });

  it('is none when all is reported as desired, or nothing is desired', () => {
    expect(delta({ a: { b: 1 } }, { a: { b: 1 }, c: 2 })).toBeUndefined();
    expect(deltaOf(undefined, { a: 1 })).toBeUndefined();
  });

  const value = fc.letrec<{ section: Section; any: unknown }>((tie) => ({
    section: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('any'), { minKeys: 1, maxKeys: 3 }),
    any: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.integer({ min: 0, max: 3 }),
      fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 2 }),
      tie('section'),
    ),
  })).section;

  it('is done when it is reported back: whatever was there, no difference is left', () => {
    fc.assert(
      fc.property(value, value, (desired, reported) => {
        const wanted = at(desired, 1);
        const first = deltaOf(wanted, reported);
        const after = at(first?.state ?? {}, 2, at(reported, 1));
        expect(deltaOf(wanted, after?.state)).toBeUndefined();
      }),
    );
  });

  it('and state always have the same keys as their metadata', () => {
    const keysOf = (section: unknown): unknown =>
      typeof section === 'object' && section !== null && !Array.isArray(section) && !('timestamp' in section)
        ? Object.fromEntries(Object.entries(section).map(([key, inner]) => [key, keysOf(inner)]))
        : 'leaf';
    fc.assert(
      fc.property(value, value, (one, two) => {
        const merged = at(two, 2, at(one, 1));
        expect(keysOf(merged?.metadata)).toEqual(keysOf(merged?.state));
      }),
    );
  });
});

it('the answer to an update stamps what was sent, without what it deleted', () => {
  expect(stampsOf({ a: 1, b: null, c: { d: null, e: 2 } }, 9)).toEqual({
    a: { timestamp: 9 },
    c: { e: { timestamp: 9 } },
  });
  expect(stampsOf(null, 9)).toBeUndefined();
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openShadowStore } from './shadow-store.ts';
import { makeShadows } from './shadows.ts';

let folder: string;
let nowMs: number;
const open = () =>
  makeShadows({ store: openShadowStore(folder), isThing: (name) => name === 'door', now: () => nowMs });
const agent = { thing: 'door', shadow: 'agent' };
const bytes = (value: unknown): Buffer =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const reported = (state: unknown, more = {}) => bytes({ state: { reported: state }, ...more });

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'iot-shadows-'));
  nowMs = 5_000;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('an update', () => {
  it('answers with what was sent, and publishes delta and documents', () => {
    const shadows = open();
    shadows.update(agent, bytes({ state: { desired: { volume: 3 } } }));
    nowMs = 9_999;
    const { body, messages } = shadows.update(agent, reported({ volume: 1 }, { clientToken: 't' }));
    expect(body).toEqual({
      state: { reported: { volume: 1 } },
      metadata: { reported: { volume: { timestamp: 9 } } },
      version: 2,
      timestamp: 9,
      clientToken: 't',
    });
    expect(messages).toEqual([
      { ending: 'update/accepted', body },
      {
        ending: 'update/delta',
        body: {
          version: 2,
          timestamp: 9,
          state: { volume: 3 },
          metadata: { volume: { timestamp: 5 } },
          clientToken: 't',
        },
      },
      {
        ending: 'update/documents',
        body: {
          previous: {
            state: { desired: { volume: 3 } },
            metadata: { desired: { volume: { timestamp: 5 } } },
            version: 1,
          },
          current: {
            state: { desired: { volume: 3 }, reported: { volume: 1 } },
            metadata: {
              desired: { volume: { timestamp: 5 } },
              reported: { volume: { timestamp: 9 } },
            },
            version: 2,
          },
          timestamp: 9,
          clientToken: 't',
        },
      },
    ]);
  });

  it('publishes no delta once the door has what is desired', () => {
    const shadows = open();
    const { messages } = shadows.update(agent, bytes({ state: { desired: { a: 1 }, reported: { a: 1 } } }));
    expect(messages.map(({ ending }) => ending)).toEqual(['update/accepted', 'update/documents']);
  });

  it.each<[string, unknown, number, string]>([
    ['no JSON', '{', 400, 'Invalid JSON'],
    ['an array', [], 400, 'Invalid JSON'],
    ['bytes that are no UTF-8', '\u0000', 400, 'Invalid JSON'],
    ['no state', { reported: {} }, 400, 'Missing required node: state'],
    ['a state that is text', { state: 'on' }, 400, 'State node must be an object'],
    ['a desire that is a list', { state: { desired: [1] } }, 400, 'Desired node must be an object'],
    ['a report that is a number', { state: { reported: 1 } }, 400, 'Reported node must be an object'],
    ['another section', { state: { wished: {} } }, 400, "State contains an invalid node: 'wished'"],
    ['a list with null', { state: { reported: { a: [null] } } }, 400, 'State contains an invalid node'],
    ['a version that is text', { state: {}, version: '1' }, 400, 'Invalid version'],
    ['a token of 65 bytes', { state: {}, clientToken: 'x'.repeat(65) }, 400, 'Invalid clientToken'],
    [
      'nine levels',
      { state: { reported: { 1: { 2: { 3: { 4: { 5: { 6: { 7: { 8: { 9: 1 } } } } } } } } } } },
      400,
      'too many levels',
    ],
    ['another version', { state: { reported: { a: 1 } }, version: 7 }, 409, 'Version conflict'],
    ['more than 8 KB', { state: { reported: { a: 'x'.repeat(8192) } } }, 413, 'exceeds the maximum size'],
  ])('is refused for %s', (_, payload, code, message) => {
    const shadows = open();
    expect(() => shadows.update(agent, bytes(payload))).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
    expect(() => shadows.get(agent, bytes(''))).toThrow(expect.objectContaining({ code: 404 }));
  });

  it('may fill the 8 KB to the last byte: state counts, metadata does not', () => {
    const shadows = open();
    const room = 8192 - JSON.stringify({ reported: { a: '' } }).length;
    shadows.update(agent, reported({ a: 'x'.repeat(room) }));
    expect(() => shadows.update(agent, reported({ a: 'x'.repeat(room + 1) }))).toThrow(
      expect.objectContaining({ code: 413 }),
    );
    expect(shadows.get(agent, bytes(''))).toMatchObject({ body: { version: 1 } });
  });

  it('of a thing that does not exist is a 404', () => {
    expect(() => open().update({ thing: 'ghost', shadow: undefined }, reported({}))).toThrow(
      expect.objectContaining({ code: 404, message: 'Thing not found' }),
    );
  });
});

describe('versions', () => {
  it('grow with each update, over a restart and over a deletion', () => {
    open().update(agent, reported({ a: 1 }));
    expect(open().update(agent, reported({ a: 2 }, { version: 1 })).body).toMatchObject({ version: 2 });
    expect(open().delete(agent, bytes('')).body).toEqual({ version: 2, timestamp: 5 });
    expect(() => open().get(agent, bytes(''))).toThrow("No shadow exists with name: 'agent'");
    expect(open().update(agent, reported({ a: 3 })).body).toMatchObject({ version: 3 });
  });

  it('decide between two writers: the second is told of the conflict and changes nothing', () => {
    const shadows = open();
    shadows.update(agent, reported({ a: 1 }));
    shadows.update(agent, reported({ a: 2 }, { version: 1 }));
    expect(() => shadows.update(agent, reported({ a: 3 }, { version: 1 }))).toThrow(
      expect.objectContaining({ code: 409 }),
    );
    expect(() => shadows.delete(agent, bytes({ version: 1 }))).toThrow(
      expect.objectContaining({ code: 409 }),
    );
    expect(shadows.get(agent, bytes(''))).toMatchObject({
      body: { state: { reported: { a: 2 } }, version: 2 },
    });
  });
});

describe('shadows of one thing', () => {
  it('are separate: the classic one and each named one', () => {
    const shadows = open();
    shadows.update(agent, reported({ a: 1 }));
    shadows.update({ thing: 'door', shadow: 'update' }, reported({ b: 1 }));
    shadows.update({ thing: 'door', shadow: undefined }, reported({ c: 1 }));
    expect(shadows.namesOf('door')).toEqual(['agent', 'update']);
    expect(shadows.namesOf('ghost')).toEqual([]);
    expect(shadows.get(agent, bytes({ clientToken: 'x' })).body).toEqual({
      state: { reported: { a: 1 } },
      metadata: { reported: { a: { timestamp: 5 } } },
      version: 1,
      timestamp: 5,
      clientToken: 'x',
    });
  });
});

it('a file that is no shadow stops the start with the remedy', () => {
  writeFileSync(path.join(folder, 'x.json'), '{"v":9}');
  expect(open).toThrow('Start with --fresh');
});

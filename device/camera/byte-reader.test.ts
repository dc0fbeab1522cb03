import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { makeByteReader } from './byte-reader.ts';

const chunksOf = (...chunks: string[]): Readable =>
  Readable.from(chunks.map((chunk) => Buffer.from(chunk, 'latin1')));

describe('a byte reader', () => {
  it('puts lines and blocks together from whatever pieces come', async () => {
    const bytes = 'head\nabcdef\nFRAME\nghi';
    for (let size = 1; size <= bytes.length; size++) {
      const reader = makeByteReader(chunksOf(...(bytes.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [])));
      const block = new Uint8Array(6);
      expect(await reader.line()).toBe('head');
      expect(await reader.fill(block)).toBe(true);
      expect(Buffer.from(block).toString()).toBe('abcdef');
      expect([await reader.line(), await reader.line()]).toEqual(['', 'FRAME']);
      expect(await reader.fill(new Uint8Array(3))).toBe(true);
      expect(await reader.line()).toBeNull();
    }
  });

  it('does not read ahead of who asks', async () => {
    let given = 0;
    const stream = Readable.from(
      (async function* () {
        for (;;) {
          given += 1;
          yield Buffer.alloc(10);
        }
      })(),
      { highWaterMark: 1 },
    );
    const reader = makeByteReader(stream);
    await reader.fill(new Uint8Array(25));
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(given).toBeLessThan(8);
    stream.destroy();
    expect(await reader.fill(new Uint8Array(100))).toBe(false);
  });

  it('says when the stream ends within a block or a line', async () => {
    expect(await makeByteReader(chunksOf('abc')).fill(new Uint8Array(4))).toBe(false);
    expect(await makeByteReader(chunksOf('abc')).line()).toBeNull();
    expect(await makeByteReader(chunksOf()).waitForByte()).toBe(false);
  });

  it('takes a stream that is cut off for one that ended', async () => {
    async function* torn(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('abc');
      throw new Error('ECONNRESET');
    }
    expect(await makeByteReader(Readable.from(torn())).fill(new Uint8Array(4))).toBe(false);
  });

  it('does not collect a line that never ends', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield Buffer.alloc(512, 'x');
    }
    await expect(makeByteReader(Readable.from(endless())).line()).rejects.toThrow('a line without end');
  });
});

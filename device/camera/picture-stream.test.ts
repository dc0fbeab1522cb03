import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { makeByteReader } from './byte-reader.ts';
import { openBarePictures, openYuv4mpeg } from './picture-stream.ts';

const bytesOf = (text: string): Readable => Readable.from(text === '' ? [] : [Buffer.from(text, 'latin1')]);
const open = (text: string) => openYuv4mpeg(makeByteReader(bytesOf(text)));

describe('a YUV4MPEG2 stream', () => {
  it('tells its size and rate, and gives its pictures', async () => {
    // 3 × 1: three of luma, two each of U and V.
    const stream = await open(
      'YUV4MPEG2 W3 H1 F30000:1001 Ip A1:1 C420jpeg\nFRAME\nabcdefgFRAME Ixyz\nhijklmn',
    );
    expect(stream).toMatchObject({ width: 3, height: 1, fps: 30_000 / 1001 });
    const pictures = [await stream?.next(), await stream?.next(), await stream?.next()];
    expect(pictures.map((data) => data && Buffer.from(data).toString())).toEqual([
      'abcdefg',
      'hijklmn',
      null,
    ]);
  });

  it('leaves out a picture that is cut off', async () => {
    const stream = await open('YUV4MPEG2 W2 H2 F10:1\nFRAME\nabc');
    expect(await stream?.next()).toBeNull();
  });

  it('is none when nothing comes', async () => {
    expect(await open('')).toBeNull();
  });

  it.each([
    ['another format', 'RIFF W2 H2'],
    ['no size', 'YUV4MPEG2 W0 H2 F10:1'],
    ['an impossible size', 'YUV4MPEG2 W2 H99999999 F10:1'],
    ['ten bits', 'YUV4MPEG2 W2 H2 F10:1 C420p10'],
    ['full colour', 'YUV4MPEG2 W2 H2 F10:1 C444'],
  ])('is refused with %s', async (_, head) => {
    await expect(open(`${head}\n`)).rejects.toThrow('not what was agreed');
  });

  it('is refused when pictures do not follow one another', async () => {
    const stream = await open('YUV4MPEG2 W2 H2 F10:1\nabcdef\n');
    await expect(stream?.next()).rejects.toThrow('no picture follows');
  });
});

describe('a stream of bare pictures', () => {
  it('is cut by their size, and says when each begins to arrive', async () => {
    let began = 0;
    const stream = openBarePictures(makeByteReader(bytesOf('abcdefghijklmno')), 2, 2);
    const next = async () => {
      const data = await stream.next(() => {
        began += 1;
      });
      return data && Buffer.from(data).toString();
    };
    expect([await next(), await next(), await next()]).toEqual(['abcdef', 'ghijkl', null]);
    expect(began).toBe(3);
  });
});

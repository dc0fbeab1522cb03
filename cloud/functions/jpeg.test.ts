import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { isWholeJpeg, readJpegSize, withoutMetadata } from './jpeg.ts';
import { tinyJpeg } from './jpeg-for-tests.ts';

describe('reading the size of a JPEG', () => {
  it('finds it behind other segments', () => {
    expect(readJpegSize(tinyJpeg(320, 240))).toEqual({ width: 320, height: 240 });
  });

  it('finds it in a progressive picture, and behind fill bytes', () => {
    const bytes = tinyJpeg(90, 80);
    bytes[bytes.indexOf(0xc0)] = 0xc2;
    const filled = Buffer.concat([bytes.subarray(0, 2), Buffer.from([0xff]), bytes.subarray(2)]);
    expect(readJpegSize(filled)).toEqual({ width: 90, height: 80 });
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a PNG', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
    ['the start of a JPEG alone', Buffer.from('ffd8ffe0', 'hex')],
    ['a JPEG cut off inside its frame header', tinyJpeg(320, 240).subarray(0, 24)],
    ['a picture without height', tinyJpeg(320, 0)],
    ['markers that are none', Buffer.from('ffd80000000000000000', 'hex')],
  ])('refuses %s', (_case, bytes) => {
    expect(readJpegSize(bytes)).toBeNull();
  });

  it('ends on any bytes at all', () => {
    for (let seed = 1; seed < 2_000; seed += 1) {
      const bytes = Buffer.from(
        Array.from({ length: 64 }, (_, index) => (seed * (index + 7) * 2_654_435_761) >>> 24),
      );
      bytes[0] = 0xff;
      bytes[1] = 0xd8;
      expect(() => [readJpegSize(bytes), isWholeJpeg(bytes)]).not.toThrow();
    }
  });
});

describe('telling a whole JPEG from one that was cut off', () => {
  const encoded = (options: object) =>
    sharp(Buffer.from(Array.from({ length: 160 * 200 }, (_, n) => (n * n * 2_654_435_761) >>> 24)), {
      raw: { width: 160, height: 200, channels: 1 },
    })
      .jpeg(options)
      .toBuffer();

  it.each([
    ['baseline', {}],
    ['progressive', { progressive: true }],
    ['of the highest quality', { quality: 100, chromaSubsampling: '4:4:4' }],
  ])('takes a %s picture, and refuses it with any end missing', async (_case, options) => {
    const whole = await encoded(options);
    expect(isWholeJpeg(whole)).toBe(true);
    for (let bytes = 0; bytes < whole.length; bytes += Math.ceil(whole.length / 211))
      expect(isWholeJpeg(whole.subarray(0, bytes))).toBe(false);
    expect(isWholeJpeg(whole.subarray(0, -1))).toBe(false);
  });

  it('does not take compressed data for markers, and does not mind what follows the end', async () => {
    const scan = Buffer.from('ffda0008010100003f00' + 'ff00d9' + 'ffd0' + '12ff', 'hex');
    const headers = tinyJpeg(90, 80).subarray(0, -2);
    expect(isWholeJpeg(Buffer.concat([headers, scan, Buffer.from('d9', 'hex'), Buffer.alloc(9)]))).toBe(true);
    expect(isWholeJpeg(Buffer.concat([headers, scan, Buffer.from('00d9', 'hex')]))).toBe(false);
  });
});

describe('a JPEG without its metadata', () => {
  const picture = () =>
    sharp({ create: { width: 96, height: 80, channels: 3, background: '#a65' } }).jpeg({ quality: 80 });
  const withEverything = () =>
    picture()
      .withExif({
        IFD0: { Artist: 'Somebody', Software: 'Camera 1' },
        IFD3: { GPSLatitude: '52/1 30/1 0/1' },
      })
      .withIccProfile('p3')
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/">Somebody</x:xmpmeta>')
      .toBuffer();

  it('says nothing of where, when and with what it was taken', async () => {
    const sent = await withEverything();
    expect(await sharp(sent).metadata()).toMatchObject({ exif: expect.any(Buffer), xmp: expect.any(Buffer) });
    const kept = withoutMetadata(sent);
    expect(Object.keys(await sharp(kept).metadata())).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/exif|xmp|icc|iptc/)]),
    );
    expect(Buffer.from(kept).toString('latin1')).not.toContain('Somebody');
  });

  it('shows the very same pixels', async () => {
    const sent = await withEverything();
    const pixels = (image: Uint8Array) => sharp(image, { ignoreIcc: true }).raw().toBuffer();
    expect(await pixels(withoutMetadata(sent))).toEqual(await pixels(sent));
    const plain = await picture().toBuffer();
    expect(Buffer.from(withoutMetadata(plain)).equals(plain)).toBe(true);
  });

  it('keeps the colour transform of an Adobe JPEG, without which its colours would be wrong', async () => {
    const cmyk = await picture().toColourspace('cmyk').toBuffer();
    const adobe = Buffer.from('ffee000e41646f626500640000000002', 'hex');
    const sent = cmyk.includes('Adobe')
      ? cmyk
      : Buffer.concat([cmyk.subarray(0, 2), adobe, cmyk.subarray(2)]);
    expect(Buffer.from(withoutMetadata(sent)).includes('Adobe')).toBe(true);
  });

  it('ends where the picture ends: previews and second pictures behind it are gone', async () => {
    const plain = await picture().toBuffer();
    const sent = Buffer.concat([plain, await withEverything()]);
    expect(Buffer.from(withoutMetadata(sent)).equals(plain)).toBe(true);
  });
});

import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { annotationSvg } from './annotate.ts';
import { ReportFolderError, writeContactSheets } from './contact-sheet.ts';
import type { ObservedPassage } from './observed.ts';
import { createFilm, createPassage } from './test-film.ts';
import { tileSize } from './tile.ts';

let folder: string;
let jpeg: Buffer;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rollcall-sheet-'));
  const red = { create: { width: 200, height: 200, channels: 3, background: '#ff0000' } } as const;
  jpeg = await sharp(red).jpeg().toBuffer();
});
afterAll(() => rm(folder, { recursive: true }));

const passage = (name: string, chosen: readonly number[] = [0]): ObservedPassage =>
  createPassage(
    name,
    [{ atMs: 2000, box: { x: 400, y: 200, width: 120, height: 120 }, score: 0.92 }],
    chosen,
    jpeg,
  );
const titleHeight = 44;

it('draws eight passages a page and takes the pages of an earlier run away', async () => {
  await writeFile(path.join(folder, 'contact-sheet-7.png'), 'old');
  await writeFile(path.join(folder, 'notes.txt'), 'mine');
  const film = createFilm(Array.from({ length: 9 }, (_, n) => passage(`p${n}`)));
  const sheets = await writeContactSheets('a & b.mp4', film, folder);
  expect(sheets.map((file) => path.basename(file))).toEqual(['contact-sheet-1.png', 'contact-sheet-2.png']);
  expect((await readdir(folder)).sort()).toEqual(['contact-sheet-1.png', 'contact-sheet-2.png', 'notes.txt']);
  const sizes = await Promise.all(
    sheets.map(async (file) => (({ width, height }) => ({ width, height }))(await sharp(file).metadata())),
  );
  expect(sizes).toEqual([
    { width: 2 * tileSize.width, height: titleHeight + 4 * tileSize.height },
    { width: tileSize.width, height: titleHeight + tileSize.height },
  ]);
});

it('shows the frame with the box of the chosen face, and the picture that would be sent beside it', async () => {
  const [sheet] = await writeContactSheets('film', createFilm([passage('one')]), path.join(folder, 'one'));
  const { data, info } = await sharp(sheet).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const colourAt = (x: number, y: number) => [
    ...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3),
  ];
  // The snapshot is half the frame and begins ten pixels from the edge: the box's left side is at 210.
  expect(colourAt(10 + 200, titleHeight + 10 + 130)).toEqual([0xe6, 0x9f, 0x00]);
  const [red = 0, green = 255] = colourAt(10 + 640 + 10 + 100, titleHeight + 10 + 100);
  expect(red - green).toBeGreaterThan(200);
});

it("draws faces that are nobody's dashed, and the numbers and scores of all", () => {
  const one = passage('one', []);
  if (!one.snapshot) throw new Error('no snapshot');
  const svg = annotationSvg(one.snapshot, one, () => 3);
  expect(svg).toContain('>#3  0.92<');
  expect(svg).toContain('>0.45<');
  expect(svg.match(/stroke-dasharray/g)).toHaveLength(1);
  expect(svg.match(/stroke-width="4"\/>/g)?.length).toBeGreaterThanOrEqual(1);
});

it('writes no page when nobody passed', async () => {
  expect(await writeContactSheets('empty', createFilm([]), path.join(folder, 'empty'))).toEqual([]);
});

it('says which folder cannot be written', async () => {
  const inTheWay = path.join(folder, 'notes.txt');
  const writing = writeContactSheets('film', createFilm([passage('one')]), inTheWay);
  await expect(writing).rejects.toThrow(ReportFolderError);
  await expect(writing).rejects.toThrow(/notes\.txt \(EEXIST\): name another folder/);
});

import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import sharp, { type OverlayOptions } from 'sharp';
import { escapeText, fontFamily } from './annotate.ts';
import type { ObservedFilm } from './observed.ts';
import { counted } from './report-text.ts';
import { drawTile, tileSize } from './tile.ts';

const columns = 2;
const tilesPerPage = 8;
const titleHeight = 44;
const paper = '#111';
const pageName = (page: number): string => `contact-sheet-${page}.png`;

/** The report's folder cannot be written. The message says what to do. */
export class ReportFolderError extends Error {}

/** Makes the folder and takes the sheets of an earlier run out of it. */
const prepareFolder = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true });
  const old = (await readdir(folder)).filter((name) => /^contact-sheet-\d+\.png$/.test(name));
  await Promise.all(old.map((name) => rm(path.join(folder, name))));
};

const titleOf = (text: string, width: number): Buffer =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${titleHeight}" font-family="${fontFamily}">` +
      `<text x="10" y="29" font-size="20" font-weight="bold" fill="#fff">${escapeText(text)}</text></svg>`,
  );

/** Whether a font is installed here: without one, words are drawn as nothing at all. */
export const hasFont = async (): Promise<boolean> => {
  const { channels } = await sharp(titleOf('M', 60)).stats();
  return (channels.at(-1)?.max ?? 0) > 0;
};

/**
 * Writes the contact sheets of a film into a folder, eight passages a page, and returns their paths. Without passages there is no
 * page. Throws a ReportFolderError.
 */
export const writeContactSheets = async (
  name: string,
  film: ObservedFilm,
  folder: string,
): Promise<readonly string[]> => {
  try {
    await prepareFolder(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ReportFolderError(`the report cannot be written to ${folder} (${code}): name another folder`);
  }
  const numbers = new Map(film.passages.map(({ passageId }, at) => [passageId, at + 1]));
  const pages = Math.ceil(film.passages.length / tilesPerPage);
  const files: string[] = [];
  for (let page = 1; page <= pages; page++) {
    const shown = film.passages.slice((page - 1) * tilesPerPage, page * tilesPerPage);
    const size = {
      width: Math.min(columns, shown.length) * tileSize.width,
      height: titleHeight + Math.ceil(shown.length / columns) * tileSize.height,
    };
    const tiles: OverlayOptions[] = [];
    for (const [at, passage] of shown.entries()) {
      tiles.push({
        input: await drawTile(passage, numbers.get(passage.passageId) ?? 0, film.firstMs, (id) =>
          numbers.get(id),
        ),
        left: (at % columns) * tileSize.width,
        top: titleHeight + Math.floor(at / columns) * tileSize.height,
      });
    }
    const title = `${name}: ${counted(film.passages.length, 'passage')}${pages > 1 ? `, page ${page} of ${pages}` : ''}`;
    const file = path.join(folder, pageName(page));
    await sharp({ create: { ...size, channels: 3, background: paper } })
      .composite([{ input: titleOf(title, size.width), left: 0, top: 0 }, ...tiles])
      .png()
      .toFile(file);
    files.push(file);
  }
  return files;
};

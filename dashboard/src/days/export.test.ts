import { describe, expect, it } from 'vitest';
import { type ExportPart, type ExportQuery, nextLink } from '../api/api.ts';
import type { Answer } from '../api/transport.ts';
import { exportName, readExport } from './export.ts';

const query: ExportQuery = { site: 'main', from: '2026-11-01', to: '2026-11-30', byteOrderMark: false };
const part = (text: string, next?: string): Answer<ExportPart> => ({
  ok: true,
  value: { text: new Blob([text]), next },
});

describe('an export', () => {
  it('is one file made of all parts, in their order', async () => {
    const asked: unknown[] = [];
    const answers = [part('a\r\n', '/2'), part('b\r\n', '/3'), part('c\r\n')];
    const parts: number[] = [];
    const file = await readExport(
      {
        exportPart: async (from) => {
          asked.push(from);
          return answers.shift() ?? part('');
        },
      },
      query,
      (count) => parts.push(count),
    );
    expect(file.ok && (await file.value.text())).toBe('a\r\nb\r\nc\r\n');
    expect(asked).toEqual([query, { next: '/2' }, { next: '/3' }]);
    expect(parts).toEqual([1, 2, 3]);
  });

  it('is nothing when a part fails: half a payroll file is worse than none', async () => {
    const answers = [part('a', '/2'), { ok: false, failure: { kind: 'unreachable' } } as const];
    const file = await readExport({ exportPart: async () => answers.shift() ?? part('') }, query, () => {});
    expect(file).toEqual({ ok: false, failure: { kind: 'unreachable' } });
  });

  it('ends where an API leads in circles', async () => {
    const file = await readExport({ exportPart: async () => part('a', '/again') }, query, () => {});
    expect(file.ok).toBe(false);
  });

  it('is named after the site and the dates', () => {
    expect(exportName(query)).toBe('rollcall-main-2026-11-01-to-2026-11-30.csv');
    expect(exportName({ ...query, to: query.from })).toBe('rollcall-main-2026-11-01.csv');
  });
});

describe('the link to the next part', () => {
  const origin = 'https://pages.example';
  const path = '/api/v1/attendance/export.csv';

  it('is followed whether it is whole, a path, or only a query', () => {
    for (const target of [`${origin}${path}?cursor=c%2F1`, `${path}?cursor=c%2F1`, '?cursor=c%2F1'])
      expect(nextLink(`<${target}>; rel="next"`, origin)).toBe(`${path}?cursor=c%2F1`);
  });

  it('never leads away from the export', () => {
    expect(nextLink('</api/v1/people?cursor=1>; rel="next"', origin)).toBeUndefined();
    expect(nextLink(null, origin)).toBeUndefined();
    expect(nextLink(`<${path}>; rel="prev"`, origin)).toBeUndefined();
  });

  it('takes no token to another origin', () => {
    expect(nextLink(`<https://elsewhere.example${path}?cursor=1>; rel="next"`, origin)).toBe(
      `${path}?cursor=1`,
    );
  });
});

import { apiBase, routes } from '#contract/routes.ts';
import { toPage } from '../api/cursor.ts';
import { endpoint, type Request } from '../api/endpoint.ts';
import { attendanceOperations as operations } from '../api/operations/attendance.ts';
import type { DayKeeper } from '../days/day-keeper.ts';
import { datesBetween } from './date-range.ts';
import type { PayrollRow } from './payroll-columns.ts';
import { byteOrderMark, csvHeader, csvLine } from './payroll-csv.ts';
import { type PageLimits, pageLimits, readPayrollPage } from './payroll-page.ts';
import type { Records } from './records.ts';
import type { Results } from './results.ts';
import { makeSubjects, type SubjectsDeps } from './subjects.ts';

export type ExportDeps = SubjectsDeps & {
  readonly records: Records;
  readonly results: Results;
  readonly keeper: Pick<DayKeeper, 'refresh'>;
  readonly exportLimits?: PageLimits;
  /** Epoch milliseconds. */
  readonly now: () => number;
};

type ExportRequest = Request<typeof operations.exportCsv> | Request<typeof operations.exportJson>;

const maxDays = 366;
/** Facts that wait are derived first, so many portions of them at most; the rest is derived within minutes. */
const maxRefreshes = 5;

/** What payroll takes over: every shift of every day of a site, page by page. */
export const makeExportEndpoints = (deps: ExportDeps) => {
  const { records, sites, results, keeper, exportLimits: limits = pageLimits, now } = deps;
  const subjects = makeSubjects({ records, sites });

  const page = async ({ access, query }: ExportRequest, bytesOf: (row: PayrollRow) => number) => {
    const { site } = await subjects.chosenSite(access, query.site);
    const dates = datesBetween(query.from, query.to, maxDays).toReversed();
    for (let n = 0; n < maxRefreshes && (await keeper.refresh(site.id)) > 0; n += 1);
    const after = query.cursor ?? null;
    const { rows, next } = await readPayrollPage(
      { records, results, limits, now },
      { site: site.id, dates, after, bytesOf },
    );
    return { site: site.id, first: after === null, ...toPage(rows, next) };
  };

  return {
    exportCsv: endpoint(operations.exportCsv, async (request) => {
      const { from, to, bom } = request.query;
      const { site, first, items, next } = await page(request, (row) => Buffer.byteLength(csvLine(row)));
      return {
        text: csvText(items, { first, bom: bom === '1' }),
        headers: {
          'content-disposition': `attachment; filename="attendance-${site}-${from}-${to}.csv"`,
          ...(next === null ? {} : { link: `<${pathOf({ site, from, to, cursor: next })}>; rel="next"` }),
        },
      };
    }),

    exportJson: endpoint(operations.exportJson, async (request) => {
      const { items, next } = await page(request, (row) => Buffer.byteLength(JSON.stringify(row)));
      return { json: { items, next } };
    }),
  };
};

/** Only the first page has a header and a byte order mark, so that pages one after the other are one file. */
async function* csvText(
  rows: readonly PayrollRow[],
  { first, bom }: { readonly first: boolean; readonly bom: boolean },
): AsyncIterable<string> {
  if (first) yield `${bom ? byteOrderMark : ''}${csvHeader}`;
  for (const row of rows) yield csvLine(row);
}

const pathOf = (query: Readonly<Record<string, string>>): string =>
  `${apiBase}${routes.exportCsv.path}?${new URLSearchParams(query).toString()}`;

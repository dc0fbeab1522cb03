import type { Api, ExportQuery } from '../api/api.ts';
import type { Answer } from '../api/transport.ts';

/** Where an export is not finished after so many parts, something answers in circles. */
const maxParts = 1_000;

/** Reads all parts of an export into one file, telling after each how many there are. */
export const readExport = async (
  api: Pick<Api, 'exportPart'>,
  query: ExportQuery,
  onPart: (parts: number) => void,
): Promise<Answer<Blob>> => {
  const texts: Blob[] = [];
  let next: string | undefined;
  do {
    const answer = await api.exportPart(next === undefined ? query : { next });
    if (!answer.ok) return answer;
    texts.push(answer.value.text);
    next = answer.value.next;
    onPart(texts.length);
  } while (next !== undefined && texts.length < maxParts);
  // Half a payroll file is worse than none.
  if (next !== undefined) return { ok: false, failure: { kind: 'not_understood' } };
  return { ok: true, value: new Blob(texts, { type: 'text/csv' }) };
};

/** `rollcall-main-2026-11-01-to-2026-11-30.csv` */
export const exportName = ({ site, from, to }: Pick<ExportQuery, 'site' | 'from' | 'to'>): string =>
  `rollcall-${site}-${from === to ? from : `${from}-to-${to}`}.csv`;

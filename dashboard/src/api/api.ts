import type { z } from 'zod';
import { Me, Now, PunchPage, SightingPage } from '#contract/api.ts';
import { DayPage, Overview, type PeriodKind, SummaryAnswer } from '#contract/attendance.ts';
import { CheckInAnswer, PinAnswer, type PinPunch } from '#contract/check-in.ts';
import {
  CorrectionItem,
  CorrectionPage,
  type CorrectionState,
  type NewCorrection,
  type NewDecision,
} from '#contract/correction.ts';
import type { DayStatus } from '#contract/day.ts';
import type { Direction } from '#contract/outcome.ts';
import { apiBase, routes } from '#contract/routes.ts';
import type { Session } from '../session/session.ts';
import { type Answer, type Call, makeSend } from './transport.ts';

/** Which part of a list. Without a cursor: its newest entries. */
export type PageQuery = {
  readonly site: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
};

type DaysQuery = PageQuery & {
  readonly person?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly status?: DayStatus | undefined;
};

type SummaryQuery = {
  readonly site: string | undefined;
  readonly person: string | undefined;
  readonly period: PeriodKind;
  readonly date: string | undefined;
};

export type ExportQuery = {
  readonly site: string;
  readonly from: string;
  readonly to: string;
  readonly byteOrderMark: boolean;
};

/** A part of an export, with the address of the part after it. */
export type ExportPart = { readonly text: Blob; readonly next: string | undefined };

/** The API as this page uses it; answers are checked against the contract. `intent` is the key by which a repeat is known as one. */
export interface Api {
  me(): Promise<Answer<Me>>;
  now(site: string): Promise<Answer<Now>>;
  punches(query: PageQuery): Promise<Answer<PunchPage>>;
  sightings(query: PageQuery): Promise<Answer<SightingPage>>;
  days(query: DaysQuery): Promise<Answer<DayPage>>;
  overview(site: string, date: string | undefined): Promise<Answer<Overview>>;
  summary(query: SummaryQuery): Promise<Answer<SummaryAnswer>>;
  /** The first part of an export, or the one at `next`. */
  exportPart(from: ExportQuery | { readonly next: string }): Promise<Answer<ExportPart>>;
  corrections(
    query: PageQuery & { readonly state?: CorrectionState | undefined },
  ): Promise<Answer<CorrectionPage>>;
  requestCorrection(wanted: NewCorrection, intent: string): Promise<Answer<CorrectionItem>>;
  decideCorrection(id: string, decision: NewDecision, intent: string): Promise<Answer<CorrectionItem>>;
  checkIn(picture: Blob, direction: Direction | undefined, intent: string): Promise<Answer<CheckInAnswer>>;
  punchByPin(punch: PinPunch, intent: string): Promise<Answer<PinAnswer>>;
  setOwnPin(pin: string): Promise<Answer<undefined>>;
}

export const makeApi = (deps: {
  readonly session: Pick<Session, 'accessToken' | 'renew'>;
  readonly fetch: typeof fetch;
}): Api => {
  const send = makeSend(deps);
  const ask = async <S extends z.ZodType>(call: Call, schema: S): Promise<Answer<z.output<S>>> => {
    const answer = await send(call);
    if (!answer.ok) return answer;
    const parsed = schema.safeParse(await answer.value.json().catch(() => undefined));
    return parsed.success
      ? { ok: true, value: parsed.data }
      : { ok: false, failure: { kind: 'not_understood' } };
  };

  return {
    me: () => ask({ route: 'me' }, Me),
    now: (site) => ask({ route: 'now', query: { site } }, Now),
    punches: (query) => ask({ route: 'punches', query: listQuery(query) }, PunchPage),
    sightings: (query) => ask({ route: 'sightings', query: listQuery(query) }, SightingPage),
    days: (query) => ask({ route: 'days', query: listQuery(query) }, DayPage),
    overview: (site, date) => ask({ route: 'overview', query: { site, date } }, Overview),
    summary: (query) => ask({ route: 'summary', query }, SummaryAnswer),
    async exportPart(from) {
      const answer = await send('next' in from ? { url: from.next } : exportCall(from));
      if (!answer.ok) return answer;
      const next = nextLink(answer.value.headers.get('link'), location.origin);
      // A line that breaks in the middle of the text is found out only now.
      const text = await answer.value.blob().catch(() => undefined);
      return text === undefined
        ? { ok: false, failure: { kind: 'unreachable' } }
        : { ok: true, value: { text, next } };
    },
    corrections: (query) => ask({ route: 'corrections', query: listQuery(query) }, CorrectionPage),
    requestCorrection: (json, intent) => ask({ route: 'requestCorrection', json, intent }, CorrectionItem),
    decideCorrection: (id, json, intent) =>
      ask({ route: 'decideCorrection', params: { id }, json, intent }, CorrectionItem),
    checkIn: (picture, direction, intent) =>
      ask({ route: 'checkIn', query: { direction }, picture, intent }, CheckInAnswer),
    punchByPin: (json, intent) => ask({ route: 'punchByPin', json, intent }, PinAnswer),
    async setOwnPin(pin) {
      const answer = await send({ route: 'setOwnPin', json: { pin } });
      return answer.ok ? { ok: true, value: undefined } : answer;
    },
  };
};

const listQuery = <Q extends PageQuery>({ limit, ...query }: Q) => ({ ...query, limit: String(limit) });

const exportCall = ({ site, from, to, byteOrderMark }: ExportQuery): Call => ({
  route: 'exportCsv',
  query: { site, from, to, bom: byteOrderMark ? '1' : '0' },
});

/** Where a `Link` header with `rel="next"` (RFC 8288) leads; only ever to the export of this origin. */
export const nextLink = (header: string | null, origin: string): string | undefined => {
  const target = /<([^>]*)>\s*;[^,]*\brel="?next"?/.exec(header ?? '')?.[1];
  if (target === undefined) return undefined;
  const exportPath = `${apiBase}${routes.exportCsv.path}`;
  // Relative to the API's path too: API Gateway does not know the address that the browser asked.
  const url = new URL(target, origin + exportPath);
  return url.pathname === exportPath ? exportPath + url.search : undefined;
};

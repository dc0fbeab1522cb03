import { addDays, dayBounds } from '../../domain/local-time.ts';
import type { queryAudit } from '../api/audit.ts';
import { toPage } from '../api/cursor.ts';
import { endpoint } from '../api/endpoint.ts';
import type { EndpointsOf } from '../api/make-api.ts';
import { attendanceOperations as operations } from '../api/operations/attendance.ts';
import { Refusal } from '../api/refusal.ts';
import { position } from '../table/keys.ts';
import { readPage } from '../table/read-page.ts';
import { monthsBetween } from './months.ts';

export type AuditDeps = {
  readonly auditOf: ReturnType<typeof queryAudit>;
  /** Epoch milliseconds. */
  readonly now: () => number;
};

const defaultDays = 31;
const maxDays = 366;

/** GET /audit: who changed or took out what, on UTC dates. */
export const makeAuditEndpoints = ({
  auditOf,
  now,
}: AuditDeps): Pick<EndpointsOf<'attendance'>, 'audit'> => ({
  audit: endpoint(operations.audit, async ({ query }) => {
    const to = query.to ?? new Date(now()).toISOString().slice(0, 10);
    const from = query.from ?? addDays(to, -defaultDays);
    if (from > to) throw new Refusal(400, '`from` must not be after `to`.');
    if (from < addDays(to, -maxDays)) throw new Refusal(400, `Ask for at most ${maxDays} days at once.`);
    const range = { from: dayBounds(from, 'UTC').start, to: dayBounds(to, 'UTC').end };
    const after = query.cursor ?? null;
    const { items, next } = await readPage({
      partitions: monthsBetween(range, after),
      range,
      after,
      limit: query.limit,
      query: auditOf,
      positionOf: ({ at, id }) => position(at, id),
    });
    return { json: toPage(items, next) };
  }),
});

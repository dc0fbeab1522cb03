import { expect, it } from 'vitest';
import { announcementOf, budgetAnnouncementOf } from './announcement.ts';

const noticedAt = '2026-11-23T07:30:12.345Z';

it('names the door, the numbers, the time and what to do, and nobody', () => {
  const missing = [
    { from: 10, to: 14 },
    { from: 17, to: 17 },
  ];
  expect(announcementOf({ thing: 'rollcall-dev-demo-1', missing, noticedAt })).toEqual({
    subject: 'Gap at rollcall-dev-demo-1: 6 missing',
    message: expect.stringMatching(
      /^The door rollcall-dev-demo-1 .*Sequence numbers: 10-14, 17 \(6 in all\)\nMissing since: 2026-11-23T07:30:12.345Z.*docs\/runbook.md, "gap"/s,
    ),
  });
});

it('fits into a mail whatever is missing', () => {
  const thing = `rollcall-${'s'.repeat(12)}-${'d'.repeat(40)}`;
  const scattered = Array.from({ length: 500 }, (_, n) => ({ from: 2 * n, to: 2 * n }));
  const missing = [...scattered.slice(0, -1), { from: 998, to: Number.MAX_SAFE_INTEGER - 1_000 }];
  const { subject, message } = announcementOf({ thing, missing, noticedAt });
  expect(subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,99}$/);
  expect(message).toContain('36, 38 and 480 more ranges');
});

it('says of the search budget what is spent, what happens now and what to do', () => {
  const spent = { month: '2026-11', searches: 41_667, costUsd: 50.0004, budgetUsd: 50 };
  const [warning, stop] = (['warn', 'stop'] as const).map((guard) =>
    budgetAnnouncementOf({ ...spent, guard }),
  );
  expect(warning?.subject).toBe('Searches of 2026-11: 80 % of the budget spent');
  expect(stop?.subject).toBe('Searches of 2026-11: budget spent, none are bought');
  expect(stop?.message).toMatch(
    /cost 50.00 of 50.00 US dollars: 41667 .*NOT COUNTED.*runbook.md, "search-budget"/s,
  );
});

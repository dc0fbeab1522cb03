import { expect, it } from 'vitest';
import { announcementOf } from './announcement.ts';

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

import type { Gap } from './look-at-gap.ts';
import { countOf, rangesText } from './seq-ranges.ts';

/**
 * What people read of a gap: which door, which numbers, what to do. A subject is at most 100 ASCII characters (Amazon SNS API
 * reference, Publish); the longest thing name and count come to 95.
 */
export const announcementOf = ({ thing, missing, noticedAt }: Gap): { subject: string; message: string } => {
  const count = countOf(missing);
  const lines = [
    `The door ${thing} delivered messages that did not arrive in the table.`,
    '',
    `Sequence numbers: ${rangesText(missing)} (${count} in all)`,
    `Missing since: ${noticedAt}, when the door had reported them as delivered`,
    '',
    'Somebody may have passed this door without being counted.',
    'What to do: docs/runbook.md, "gap". What arrives after all is logged as gap.closed.',
  ];
  return { subject: `Gap at ${thing}: ${count} missing`, message: lines.join('\n') };
};

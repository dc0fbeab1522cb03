import type { BudgetNotice } from './budget-check.ts';
import type { Gap } from './look-at-gap.ts';
import { countOf, rangesText } from './seq-ranges.ts';

/** A message to people. A subject is at most 100 ASCII characters (Amazon SNS API reference, Publish). */
export type Announcement = { readonly subject: string; readonly message: string };

/**
 * What people read of a gap: which door, which numbers, what to do. The longest thing name and count come to a subject of 95 characters.
 */
export const announcementOf = ({ thing, missing, noticedAt }: Gap): Announcement => {
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

/** What people read of the month's budget for searches. */
export const budgetAnnouncementOf = (notice: BudgetNotice): Announcement => {
  const { month, guard, searches, costUsd, budgetUsd } = notice;
  const isSpent = guard === 'stop';
  const lines = [
    `The searches of ${month} (UTC) have cost ${costUsd.toFixed(2)} of ${budgetUsd.toFixed(2)} US dollars: ${searches} searches.`,
    '',
    isSpent
      ? 'No more searches are bought this month. Whoever passes a door is recorded as not searched and NOT COUNTED; a check-in by camera is refused. A PIN still counts.'
      : 'When all of it is spent, no more searches are bought this month, and nobody is counted by their face.',
    'What to do: docs/runbook.md, "search-budget". GET /usage tells which doors search most.',
  ];
  const subject = `Searches of ${month}: ${isSpent ? 'budget spent, none are bought' : '80 % of the budget spent'}`;
  return { subject, message: lines.join('\n') };
};

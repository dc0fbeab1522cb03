import * as z from 'zod';
import { Group } from './api.ts';
import { Instant } from './names.ts';

/**
 * Who changed or took out what, and when: one entry for each change by HR, managers, facilities or a person themselves, and for each
 * export. It names ids only, and is never changed. Marking attendance is not in it: that is a punch.
 */
export const AuditItem = z.strictObject({
  id: z.string(),
  at: Instant,
  by: z.strictObject({ sub: z.string(), groups: z.array(Group) }),
  /** The operation's id in the API's document, such as `linkUser`. */
  route: z.string(),
  /** What it was about: the ids in its path and query, and the id of what it made. */
  about: z.record(z.string(), z.string()),
});
export type AuditItem = z.infer<typeof AuditItem>;

/** GET /audit, newest first. */
export const AuditPage = z.strictObject({ items: z.array(AuditItem), next: z.string().nullable() });

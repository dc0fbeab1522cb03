import { createHash } from 'node:crypto';
import type { LocalDate } from '../../domain/local-time.ts';
import { type Key, personKey, position } from './keys.ts';

/** Keys of what days are judged by. */

export const sitesPartition = 'SITES';
/** What HR decided about a site; a site that was made by the API is whole in it. */
export const siteKey = (site: string): Key => ({ pk: sitesPartition, sk: site });
export const holidaysPartition = 'HOLIDAYS';
export const holidayListKey = (id: string): Key => ({ pk: holidaysPartition, sk: id });
export const shiftsPartition = (site: string): string => `SITE#${site}#SHIFTS`;
export const shiftKey = (site: string, id: string): Key => ({ pk: shiftsPartition(site), sk: id });
/** Which shift of a site has certain rules: a shift is nothing but its rules, so there is one. */
export const shiftRulesKey = (site: string, rules: Readonly<Record<string, unknown>>): Key => ({
  pk: `${shiftsPartition(site)}#RULES`,
  sk: createHash('sha256').update(JSON.stringify(rules)).digest('hex'),
});

/** Assignments and leaves lie with the person; their ids are `<personId>.<random>`, so that an id leads to them. */
export const assignmentKey = (personId: string, id: string): Key => ({
  pk: personKey(personId).pk,
  sk: `ASSIGNMENT#${id}`,
});
export const leaveKey = (personId: string, id: string): Key => ({
  pk: personKey(personId).pk,
  sk: `LEAVE#${id}`,
});
/** Counts the changes of a person's assignments and leaves, so that two of them at once cannot contradict each other. */
export const scheduleRevisionKey = (personId: string): Key => ({
  pk: personKey(personId).pk,
  sk: 'SCHEDULE',
});
/** The person in an id of an assignment, a leave or a correction; null when it is none. */
export const personInId = (id: string): string | null => /^([\w-]{1,40})\.[\w-]{1,20}$/.exec(id)?.[1] ?? null;

export const siteAssignmentsPartition = (site: string): string => `SITE#${site}#ASSIGNMENTS`;
export const siteLeavesPartition = (site: string): string => `SITE#${site}#LEAVES`;
/** In order of the person, so that a closing can go through them page by page. */
export const inSiteAssignments = (site: string, personId: string, id: string) => ({
  gsi1pk: siteAssignmentsPartition(site),
  gsi1sk: `${personId}#${id}`,
});
export const inSiteLeaves = (site: string, from: LocalDate, id: string) => ({
  gsi1pk: siteLeavesPartition(site),
  gsi1sk: position(from, id),
});

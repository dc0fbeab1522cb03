import type { PunchItem, SightingItem } from '#contract/api.ts';
import { localTime, utcOffset } from '../../domain/local-time.ts';
import type { Site } from '../../domain/site.ts';
import type { StoredPerson, StoredPunch, StoredSighting } from '../table/items.ts';

/** A person as lists show them. Names lie with the person alone, so one who is gone has none. */
export const personRef = (id: string, person: StoredPerson | undefined): { id: string; name: string } => ({
  id,
  name: person?.name ?? '—',
});

export const toPunchItem = (punch: StoredPunch, person: StoredPerson | undefined, site: Site): PunchItem => ({
  id: punch.id,
  person: personRef(punch.personId, person),
  at: punch.at,
  localTime: localTime(punch.at, site.timeZone),
  utcOffset: utcOffset(punch.at, site.timeZone),
  site: punch.site,
  door: punch.door ?? null,
  direction: punch.direction,
  source: punch.source,
  similarity: punch.similarity ?? null,
});

export const toSightingItem = (
  sighting: StoredSighting,
  people: ReadonlyMap<string, StoredPerson>,
  site: Site,
): SightingItem => {
  const { personId } = sighting;
  return {
    passageId: sighting.passageId,
    attempt: sighting.attempt,
    capturedAt: sighting.capturedAt,
    receivedAt: sighting.receivedAt,
    localTime: localTime(sighting.capturedAt, site.timeZone),
    site: site.id,
    door: sighting.door,
    outcome: sighting.outcome,
    reason: sighting.reason ?? null,
    person: personId === undefined ? null : personRef(personId, people.get(personId)),
    direction: sighting.direction ?? null,
    similarity: sighting.similarity ?? null,
  };
};

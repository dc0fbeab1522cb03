import type {
  StoredClaim,
  StoredDay,
  StoredDoor,
  StoredPerson,
  StoredPunch,
  StoredSighting,
} from '../table/items.ts';
import type { Ledger } from './ingest.ts';
import type { Settlement } from './settle.ts';

/** A ledger in memory that keeps the promises of the real one: all or nothing, and `raced` when a condition fails. */
export class MemoryLedger implements Ledger {
  readonly doors = new Map<string, StoredDoor>();
  readonly people = new Map<string, StoredPerson>();
  readonly sightings = new Map<string, StoredSighting>();
  readonly claims = new Map<string, StoredClaim>();
  readonly punches = new Map<string, StoredPunch>();
  readonly days = new Map<string, StoredDay>();
  /** Runs before each commit, to let something else happen in between. */
  beforeCommit: () => void = () => {};

  async findDoor(thing: string): Promise<StoredDoor | null> {
    return this.doors.get(thing) ?? null;
  }

  async findPassage(passageId: string) {
    const sightings = [...this.sightings.values()].filter((sighting) => sighting.passageId === passageId);
    return { sightings, claim: this.claims.get(passageId) ?? null };
  }

  async findPerson(personId: string, dates: readonly string[]) {
    return {
      person: this.people.get(personId) ?? null,
      days: dates.flatMap((date) => this.days.get(`${personId} ${date}`) ?? []),
    };
  }

  async commit({ sighting, attendance }: Settlement): Promise<'done' | 'raced'> {
    this.beforeCommit();
    // As DynamoDB does, whatever the conditions say.
    if (attendance?.changed.some(({ punch }) => punch.id === attendance.punch.id)) {
      throw new Error('Transaction request cannot include multiple operations on one item');
    }
    const key = `${sighting.passageId} ${sighting.attempt}`;
    if (this.sightings.has(key)) return 'raced';
    if (attendance !== undefined) {
      const { punch, day, changed } = attendance;
      const dayKey = `${day.personId} ${day.date}`;
      const person = this.people.get(punch.personId);
      const dayRead = (this.days.get(dayKey)?.version ?? 0) === day.version - 1;
      const mayBeNamed =
        person?.consent !== undefined && person.status === 'active' && person.site === punch.site;
      if (!dayRead || !mayBeNamed || this.claims.has(sighting.passageId)) return 'raced';
      this.claims.set(sighting.passageId, {
        passageId: sighting.passageId,
        personId: punch.personId,
        direction: punch.direction,
      });
      this.punches.set(punch.id, punch);
      this.days.set(dayKey, day);
      for (const { punch: now } of changed) {
        const { suppressedBy: _, ...before } = this.punches.get(now.id) as StoredPunch;
        const suppressed = now.suppressedBy === null ? {} : { suppressedBy: now.suppressedBy };
        this.punches.set(now.id, { ...before, direction: now.direction, ...suppressed });
      }
    }
    this.sightings.set(key, sighting);
    return 'done';
  }
}

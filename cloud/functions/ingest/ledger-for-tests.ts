import type { BootClock } from '../../domain/capture-time.ts';
import type { Attendance } from '../punches/attendance.ts';
import type {
  StoredClaim,
  StoredDay,
  StoredDoor,
  StoredPerson,
  StoredPunch,
  StoredReceipt,
  StoredSighting,
  StoredUntimed,
} from '../table/items.ts';
import { punchKey } from '../table/keys.ts';
import type { BoughtSearch } from '../usage/search-count.ts';
import type { Ledger } from './ledger.ts';
import type { Settlement } from './settle.ts';

/** A ledger in memory that keeps the promises of the real one: all or nothing, and `raced` when a condition fails. */
export class MemoryLedger implements Ledger {
  readonly doors = new Map<string, StoredDoor>();
  readonly people = new Map<string, StoredPerson>();
  readonly sightings = new Map<string, StoredSighting>();
  readonly passages = new Map<string, StoredSighting>();
  readonly claims = new Map<string, StoredClaim>();
  /** By person, instant and id, as in the table: the same passage at another instant would be a second punch. */
  readonly punches = new Map<string, StoredPunch>();
  readonly days = new Map<string, StoredDay>();
  /** Searches by month and door. */
  readonly usage = new Map<string, number>();
  readonly receipts = new Map<string, StoredReceipt>();
  readonly boots = new Map<string, BootClock>();
  readonly untimed = new Map<string, StoredUntimed>();
  /** Runs before each commit, to let something else happen in between. */
  beforeCommit: () => void = () => {};

  async findDoor(thing: string): Promise<StoredDoor | null> {
    return this.doors.get(thing) ?? null;
  }

  async findPassage(passageId: string) {
    const ofPassage = (items: ReadonlyMap<string, StoredSighting>) =>
      [...items.values()].filter((item) => item.passageId === passageId);
    return {
      sightings: ofPassage(this.sightings),
      passages: ofPassage(this.passages),
      claim: this.claims.get(passageId) ?? null,
    };
  }

  async findPerson(personId: string, dates: readonly string[]) {
    return {
      person: this.people.get(personId) ?? null,
      days: dates.flatMap((date) => this.days.get(dayId(personId, date)) ?? []),
    };
  }

  async commit(settlement: Settlement): Promise<'done' | 'raced'> {
    this.beforeCommit();
    // As DynamoDB does, whatever the conditions say.
    const { attendance } = settlement;
    const days = [...(attendance?.days ?? []), ...(attendance?.reliedOn ?? [])].map(({ date }) => date);
    const punches = [attendance?.punch, ...(attendance?.changed ?? [])].map((punch) => punch?.id);
    if (new Set(days).size < days.length || new Set(punches).size < punches.length)
      throw new Error('Transaction request cannot include multiple operations on one item');
    if (!this.holds(settlement)) return 'raced';
    this.write(settlement);
    return 'done';
  }

  /** Every condition of the transaction. */
  protected holds({ kind, sighting, named, attendance, waits, waited }: Settlement): boolean {
    const { passageId, attempt, seq } = sighting;
    const sightingId = `${passageId} ${attempt}`;
    const isRecorded =
      kind === 'passage' ? this.passages.has(`${passageId} ${seq}`) : this.sightings.has(sightingId);
    const isFree =
      waited === undefined ? !isRecorded : this.sightings.get(sightingId)?.reason === 'time_unknown';
    const person = named === undefined ? undefined : this.people.get(named.personId);
    const mayBeNamed =
      named === undefined ||
      (person?.consent !== undefined && person.status === 'active' && person.site === named.site);
    const clockUnknown = waits === undefined || !this.boots.has(bootKey(waits.thing, waits.bootId));
    return isFree && mayBeNamed && clockUnknown && this.attendanceHolds(passageId, attendance);
  }

  private attendanceHolds(passageId: string, attendance: Attendance | undefined): boolean {
    if (attendance === undefined) return true;
    const read = [
      ...attendance.days.map((day) => ({ ...day, version: day.version - 1 })),
      ...attendance.reliedOn,
    ];
    const daysAsRead = read.every(
      ({ personId, date, version }) => (this.days.get(dayId(personId, date))?.version ?? 0) === version,
    );
    return daysAsRead && !this.claims.has(passageId) && !this.punches.has(punchId(attendance.punch));
  }

  private write({ kind, sighting, attendance, bought, waits, waited }: Settlement): void {
    const { passageId, attempt, seq } = sighting;
    if (kind === 'passage') this.passages.set(`${passageId} ${seq}`, sighting);
    else this.sightings.set(`${passageId} ${attempt}`, sighting);
    if (bought !== undefined) this.count(bought);
    if (waits !== undefined) this.untimed.set(`${waits.thing} ${waits.bootId} ${waits.seq}`, waits);
    if (waited !== undefined) this.untimed.delete(`${waited.thing} ${waited.bootId} ${waited.seq}`);
    if (attendance === undefined) return;
    const { punch, days, changed } = attendance;
    const { personId, direction, at } = punch;
    this.claims.set(passageId, { passageId, personId, direction, at });
    this.punches.set(punchId(punch), punch);
    for (const day of days) this.days.set(dayId(day.personId, day.date), day);
    for (const now of changed) {
      const key = punchId({ personId, at: now.at, id: now.id });
      const { suppressedBy: _, ...before } = this.punches.get(key) as StoredPunch;
      const suppressed = now.suppressedBy === null ? {} : { suppressedBy: now.suppressedBy };
      this.punches.set(key, { ...before, direction: now.direction, ...suppressed });
    }
  }

  async countSearch(bought: BoughtSearch): Promise<void> {
    this.count(bought);
  }

  private count({ month, thing = '' }: BoughtSearch): void {
    const key = `${month} ${thing}`;
    this.usage.set(key, (this.usage.get(key) ?? 0) + 1);
  }

  async noteReceipt(receipt: StoredReceipt): Promise<void> {
    this.receipts.set(`${receipt.passageId} ${receipt.attempt}`, receipt);
  }

  async findBoot(thing: string, bootId: string): Promise<BootClock | null> {
    return this.boots.get(bootKey(thing, bootId)) ?? null;
  }

  async learnBoot(thing: string, bootId: string, clock: BootClock): Promise<BootClock> {
    const key = bootKey(thing, bootId);
    const known = this.boots.get(key);
    if (known !== undefined && (known.source === 'synced' || clock.source === 'receipt')) return known;
    this.boots.set(key, clock);
    return clock;
  }

  async findUntimed(thing: string, bootId: string): Promise<readonly StoredUntimed[]> {
    return [...this.untimed.values()].filter((item) => item.thing === thing && item.bootId === bootId);
  }
}

const punchId = ({ personId, at, id }: Pick<StoredPunch, 'personId' | 'at' | 'id'>): string => {
  const { pk, sk } = punchKey(personId, at, id);
  return `${pk} ${sk}`;
};
const dayId = (personId: string, date: string): string => `${personId} ${date}`;
const bootKey = (thing: string, bootId: string): string => `${thing} ${bootId}`;

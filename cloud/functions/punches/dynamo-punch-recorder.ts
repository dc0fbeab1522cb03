import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { datesAround } from '../../domain/add-punch.ts';
import type { LocalDate } from '../../domain/local-time.ts';
import { OperatorError, RetryLater } from '../errors.ts';
import { batchGet, type TableAccess } from '../table/batch-get.ts';
import { ifNotRaced, pauseAfterRace } from '../table/conditional-write.ts';
import { StoredClaim, StoredDay, StoredPerson, StoredPunch } from '../table/items.ts';
import { claimKey, dayKey, type Key, personKey, punchKey } from '../table/keys.ts';
import { attend, refusalToCount } from './attendance.ts';
import { attendanceWrites, mayCount } from './attendance-writes.ts';
import type { PunchOutcome, PunchRecorder, PunchRequest } from './punch-recorder.ts';

/** How often a punch that lost a race is made anew before its caller hears of it. */
const maxTries = 8;

/**
 * Records on the single table: two requests for a punch, however it races with those of doors. An id that has its punch is
 * answered with that punch, at the instant at which it was recorded first. Throws RetryLater when it loses every race, and
 * OperatorError when the id already stands for another person's punch: ids have to be made so that they cannot meet.
 */
export const makeDynamoPunchRecorder = (table: TableAccess): PunchRecorder => {
  const { client, tableName } = table;

  const read = async ({ id, personId }: PunchRequest, dates: readonly LocalDate[]) => {
    const keys = [personKey(personId), claimKey(id), ...dates.map((date) => dayKey(personId, date))];
    const items = await batchGet(table, keys);
    const under = ({ pk, sk }: Key) => items.find((item) => item.pk === pk && item.sk === sk);
    const [person, claim] = [under(personKey(personId)), under(claimKey(id))];
    return {
      person: person === undefined ? null : StoredPerson.parse(person),
      claim: claim === undefined ? null : StoredClaim.parse(claim),
      dayOf: (date: LocalDate) => {
        const day = under(dayKey(personId, date));
        return day === undefined ? null : StoredDay.parse(day);
      },
    };
  };

  const recordedBefore = async (
    { id, personId }: PunchRequest,
    claim: StoredClaim,
  ): Promise<PunchOutcome> => {
    if (claim.personId !== personId)
      throw new OperatorError('punch_of_another_person', 'a developer has to look at how the id was made');
    const [item] = await batchGet(table, [punchKey(personId, claim.at, id)]);
    // Claim and punch are written together, so the punch is there unless its person was just erased.
    if (item === undefined) return { kind: 'refused', why: 'not_enrolled' };
    return { kind: 'recorded', punch: StoredPunch.parse(item), repeated: true };
  };

  /** One reading and one attempt to write. */
  const tryOnce = async (request: PunchRequest): Promise<PunchOutcome | 'raced'> => {
    const { site, needsConsent, id, personId, at, via, source, similarity } = request;
    const facts = {
      ...{ id, personId, at, via, source },
      ...(similarity === undefined ? {} : { similarity }),
    };
    const days = new Map<LocalDate, StoredDay | null>();
    let dates: readonly LocalDate[] = datesAround(at, site);
    for (;;) {
      const { person, claim, dayOf } = await read(request, dates);
      if (claim !== null) return recordedBefore(request, claim);
      const why = refusalToCount(person, site, { needsConsent });
      if (why !== null) return { kind: 'refused', why };
      for (const date of dates) days.set(date, dayOf(date));

      const attendance = attend(facts, days, site);
      if (attendance === 'too_many_punches') return { kind: 'refused', why: attendance };
      if ('unread' in attendance) {
        // A day already read cannot be asked for again, so this ends.
        dates = [attendance.unread];
        continue;
      }
      const writes = [
        mayCount(tableName, { personId, site: site.id, needsConsent }),
        ...attendanceWrites(tableName, attendance),
      ];
      const written = await ifNotRaced(client.send(new TransactWriteCommand({ TransactItems: writes })));
      return written === 'raced' ? 'raced' : { kind: 'recorded', punch: attendance.punch, repeated: false };
    }
  };

  return {
    async record(request) {
      for (let tries = 1; tries <= maxTries; tries += 1) {
        const outcome = await tryOnce(request);
        if (outcome !== 'raced') return outcome;
        await pauseAfterRace(tries);
      }
      throw new RetryLater('lost_every_race');
    },
  };
};

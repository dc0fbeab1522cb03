import type { Change } from '#contract/correction.ts';
import type { Instant } from '#contract/names.ts';
import { decideCorrection, requestCorrection } from '../../domain/corrections/correct.ts';
import { type Actor, instantsOf } from '../../domain/corrections/correction-log.ts';
import { datesTouched, type ScheduleOn } from '../../domain/corrections/lock.ts';
import { type Obstacle, obstacleTo, recordedInstants } from '../../domain/corrections/obstacle.ts';
import { type Access, reachesSite } from '../api/authorise.ts';
import { toPage } from '../api/cursor.ts';
import { endpoint } from '../api/endpoint.ts';
import type { EndpointsOf } from '../api/make-api.ts';
import { attendanceOperations as operations } from '../api/operations/attendance.ts';
import { Refusal } from '../api/refusal.ts';
import { unlessRaced } from '../api/unless-raced.ts';
import type { DayKeeper, Schedules } from '../days/day-keeper.ts';
import { whoMustAct } from '../errors.ts';
import type { Log } from '../log.ts';
import type { SiteDirectory } from '../sites/site-directory.ts';
import type { StoredPerson } from '../table/items.ts';
import { personInId } from '../table/schedule-keys.ts';
import type { CorrectionLists } from './correction-lists.ts';
import { presentCorrections } from './correction-presentation.ts';
import { obstacleToApproval, obstacleToAsking, refusalOf } from './correction-refusals.ts';
import type { CorrectionLog, CorrectionStore, NewEntry } from './corrections-store.ts';
import type { Records } from './records.ts';
import { makeSubjects, mayShow } from './subjects.ts';

export type CorrectionsDeps = {
  readonly corrections: CorrectionStore;
  readonly correctionLists: CorrectionLists;
  readonly records: Pick<Records, 'findPeople'>;
  readonly sites: Pick<SiteDirectory, 'find'>;
  readonly schedules: Schedules;
  readonly keeper: Pick<DayKeeper, 'refresh'>;
  /** Makes the second half of an id, which sorts by when it was made. */
  readonly newId: () => string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: Log;
};

/** Of one person. Who asks for more wants something else than corrections. */
const maxWaiting = 50;
/** Nothing that this product can have missed happened before. */
const earliest: Instant = '2000-01-01T00:00:00.000Z';

/** Corrections asked for, decided and listed. A correction belongs to the site where its person was when it was asked for. */
export const makeCorrectionsEndpoints = (
  deps: CorrectionsDeps,
): Pick<EndpointsOf<'attendance'>, 'corrections' | 'requestCorrection' | 'decideCorrection'> => {
  const { corrections, correctionLists, records, schedules, log } = deps;
  const subjects = makeSubjects(deps);
  const instant = (): Instant => new Date(deps.now()).toISOString();

  const findPerson = async (personId: string): Promise<StoredPerson | undefined> =>
    (await records.findPeople([personId])).get(personId);

  const findSchedule = async ({ id }: StoredPerson): Promise<ScheduleOn> => {
    const scheduleOn = await schedules.ofPerson(id);
    if (scheduleOn === null) throw gone();
    return scheduleOn;
  };

  const obstacle = async (
    personId: string,
    change: Change,
    others: CorrectionLog['corrections'],
  ): Promise<Obstacle | null> => {
    const known = others.map(({ correction }) => correction);
    const recorded =
      change.action === 'add'
        ? undefined
        : await corrections.findPunch(personId, change.punch.id, recordedInstants(change, known));
    return obstacleTo(change, recorded, known);
  };

  /** Makes an entry from the log as it is and appends it; when the log has grown meanwhile, from the longer log. */
  const append = <E extends NewEntry>(
    person: StoredPerson,
    makeEntry: (log: CorrectionLog) => Promise<E>,
  ): Promise<E> =>
    unlessRaced(async () => {
      const read = await corrections.readLog(person.id);
      const added = await makeEntry(read);
      return (await corrections.append(added, read, person.site)) === 'done' ? added : null;
    });

  /** The decision stands whatever becomes of this; what could not be derived now is derived by the schedule. */
  const refreshDays = async ({ site, id }: StoredPerson): Promise<void> => {
    try {
      await deps.keeper.refresh(site, id);
    } catch (error) {
      log.warn('correction.days_later', { site, person: id, code: whoMustAct(error).code });
    }
  };

  const present = async (one: CorrectionLog['corrections'][number]) => {
    const [item] = await presentCorrections(deps, [one]);
    if (item === undefined) throw gone();
    return { json: item };
  };

  return {
    corrections: endpoint(operations.corrections, async ({ access, query }) => {
      const { cursor, limit, state } = query;
      const { person, record } = await subjects.subject(access, query);
      const page = { after: cursor ?? null, limit };
      const { items, next } =
        person === null
          ? await correctionLists.ofSite(record.site.id, state, page)
          : await correctionLists.ofPerson(person.id, {
              ...page,
              keep: ({ site, correction }) =>
                mayShow(access, query.site, site) && (state === undefined || correction.state === state),
            });
      return { json: toPage(await presentCorrections(deps, items), next) };
    }),

    requestCorrection: endpoint(operations.requestCorrection, async ({ access, body }) => {
      const { change, reason } = body;
      const person = await findPerson(whoseDay(access, body.person));
      if (person === undefined || !mayAskFor(access, person)) throw gone();
      if (instantsOf(change).some((at) => at < earliest))
        throw new Refusal(422, 'That is too long ago to be corrected.');
      const scheduleOn = await findSchedule(person);
      const id = `${person.id}.${deps.newId()}`;
      const asked = requestCorrection(
        { id, personId: person.id, change, reason },
        { ...circumstances(access, instant()), scheduleOn },
      );
      if ('refused' in asked) throw refusalOf(asked.refused);

      const dates = datesTouched(change, scheduleOn);
      const { entry } = await append(person, async ({ corrections: others }) => {
        if (others.filter(({ correction }) => correction.state === 'waiting').length >= maxWaiting)
          throw new Refusal(
            409,
            `${maxWaiting} corrections wait for a decision already; have these decided.`,
          );
        const found = await obstacle(person.id, change, others);
        if (found !== null) throw obstacleToAsking(found);
        return { entry: asked.entry, site: person.site, dates };
      });
      const { sub } = access.caller;
      log.info('correction.requested', {
        correction: id,
        action: change.action,
        sub,
        overrodeLock: entry.overrodeLock,
      });
      const correction = { id, change, request: entry, decision: null, state: 'waiting' as const };
      return present({ correction, site: person.site, dates });
    }),

    decideCorrection: endpoint(operations.decideCorrection, async ({ access, params, body }) => {
      const { id } = params;
      const personId = personInId(id);
      const person = personId === null ? undefined : await findPerson(personId);
      if (person === undefined) throw noCorrection();
      const { of, entry } = await append(person, async ({ corrections: all }) => {
        const kept = all.find(({ correction }) => correction.id === id);
        if (kept === undefined || !reachesSite(access, kept.site)) throw noCorrection();
        const { change } = kept.correction;
        const scheduleOn = await findSchedule(person);
        const decided = decideCorrection(kept.correction, body, {
          ...circumstances(access, instant()),
          scheduleOn,
        });
        if ('refused' in decided) throw refusalOf(decided.refused);
        if (body.decision === 'approved') {
          const found = await obstacle(
            person.id,
            change,
            all.filter((other) => other !== kept),
          );
          if (found !== null) throw obstacleToApproval(found);
        }
        return { entry: decided.entry, of: kept };
      });
      const { decision, overrodeLock } = entry;
      log.info('correction.decided', { correction: id, decision, sub: access.caller.sub, overrodeLock });
      if (decision === 'approved') await refreshDays(person);
      return present({ ...of, correction: { ...of.correction, decision: entry, state: decision } });
    }),
  };
};

/** Who acts, and with what right: `admin` beside the group that lets them act may change closed periods. */
const circumstances = ({ caller, link }: Access, now: Instant) => ({
  by: { sub: caller.sub, personId: link.personId ?? null } satisfies Actor,
  now,
  mayOverrideLock: caller.groups.includes('admin'),
});

const whoseDay = ({ reach, link }: Access, asked: string | undefined): string => {
  if (asked !== undefined && (reach !== 'self' || asked === link.personId)) return asked;
  if (asked !== undefined) throw new Refusal(403, 'You may only have your own days corrected.');
  if (link.personId !== undefined) return link.personId;
  if (reach !== 'self')
    throw new Refusal(422, 'You are linked to no person; say in `person` whose day it is.');
  throw new Refusal(403, 'You are not linked to a person yet; ask HR.');
};

/** One's own days always; those of others where one reaches their site. */
const mayAskFor = (access: Access, person: StoredPerson): boolean =>
  person.id === access.link.personId || reachesSite(access, person.site);

const gone = (): Refusal => new Refusal(404, 'There is no such person at your sites.');
const noCorrection = (): Refusal => new Refusal(404, 'There is no such correction at your sites.');

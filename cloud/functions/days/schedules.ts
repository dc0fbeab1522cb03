import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { SiteId } from '#contract/names.ts';
import type { LocalDate } from '../../domain/local-time.ts';
import type { Assignment } from '../../domain/schedule/assignment.ts';
import type { Schedule } from '../../domain/schedule/day-plan.ts';
import type { Shift } from '../../domain/schedule/shift.ts';
import { OperatorError } from '../errors.ts';
import { batchGet } from '../table/batch-get.ts';
import { StoredPerson } from '../table/items.ts';
import { personKey } from '../table/keys.ts';
import { queryAll } from '../table/query-all.ts';
import { StoredAssignment, StoredLeave, StoredShift } from '../table/schedule-items.ts';
import { assignmentKey, leaveKey, shiftKey } from '../table/schedule-keys.ts';
import type { Schedules } from './day-keeper.ts';
import { type Rules, type RulesNeeds, readRules } from './rules.ts';

/** The schedule that holds on a date; the same object for dates with the same rules. */
export type ScheduleOn = (date: LocalDate) => Schedule;

/** Reads schedules by rules that are read already. */
export interface ScheduleReader {
  ofPerson(personId: string, rules: Rules): Promise<ScheduleOn | null>;
}

/** The schedules on the single table, each read anew: nothing that HR has just changed is judged by what was before. */
export const makeSchedules = (needs: RulesNeeds): Schedules => {
  const reader = makeScheduleReader(needs);
  return { ofPerson: async (personId) => reader.ofPerson(personId, await readRules(needs)) };
};

/** Reads what is the person's own, consistently, in three requests; shifts never change and are remembered. */
export const makeScheduleReader = ({ table }: Pick<RulesNeeds, 'table'>): ScheduleReader => {
  const { client, tableName } = table;
  const shifts = new Map<string, Shift>();

  const ownItems = (personId: string, prefix: string) =>
    queryAll(table, {
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': personKey(personId).pk, ':prefix': prefix },
    });

  /** The shifts of these assignments. Throws OperatorError when one is not there, which the API does not let happen. */
  const shiftsOf = async (assignments: readonly Assignment[]): Promise<readonly Shift[]> => {
    const named = new Map(assignments.map(({ site, shift }) => [`${site} ${shift}`, shiftKey(site, shift)]));
    const unknown = [...named].filter(([name]) => !shifts.has(name)).map(([, key]) => key);
    for (const item of await batchGet(table, unknown)) {
      const { site, createdAt: _createdAt, ...shift } = StoredShift.parse(item);
      shifts.set(`${site} ${shift.id}`, shift);
    }
    return [...named.keys()].map((name) => {
      const shift = shifts.get(name);
      if (shift !== undefined) return shift;
      throw new OperatorError(
        'no_such_shift',
        `an assignment names the shift "${name}"; end it, or restore the shift`,
      );
    });
  };

  return {
    async ofPerson(personId, rules) {
      const [{ Item }, assignmentItems, leaveItems] = await Promise.all([
        client.send(new GetCommand({ TableName: tableName, Key: personKey(personId), ConsistentRead: true })),
        ownItems(personId, assignmentKey(personId, '').sk),
        ownItems(personId, leaveKey(personId, '').sk),
      ]);
      if (Item === undefined) return null;
      const homeSite = StoredPerson.parse(Item).site;
      const assignments = assignmentItems.map((item) => StoredAssignment.parse(item));
      const whole = {
        homeSite,
        holidayLists: rules.holidayLists,
        shifts: await shiftsOf(assignments),
        assignments,
        leaves: leaveItems.map((item) => StoredLeave.parse(item)),
      };
      return datedBy(rules, [...new Set([homeSite, ...assignments.map(({ site }) => site)])], whole);
    },
  };
};

/** Schedules that differ by the date in their calendars alone. */
const datedBy = (rules: Rules, sites: readonly SiteId[], whole: Omit<Schedule, 'calendars'>): ScheduleOn => {
  const made: Schedule[] = [];
  return (date) => {
    const calendars = sites.flatMap((site) => rules.calendarOn(site, date) ?? []);
    const known = made.find((one) => one.calendars.every((calendar, n) => calendar === calendars[n]));
    if (known !== undefined) return known;
    const schedule = { ...whole, calendars };
    made.push(schedule);
    return schedule;
  };
};

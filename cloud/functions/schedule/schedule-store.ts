import { GetCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { linkWrite } from '../people/user-links.ts';
import type { TableAccess } from '../table/batch-get.ts';
import { ifNotRaced, isVersion, type Write } from '../table/conditional-write.ts';
import { type StoredLink, StoredPerson } from '../table/items.ts';
import { type Key, personKey } from '../table/keys.ts';
import { queryAll } from '../table/query-all.ts';
import { queryIndex } from '../table/query-index.ts';
import { type Page, readPage } from '../table/read-page.ts';
import {
  StoredAssignment,
  StoredHolidayList,
  StoredLeave,
  StoredShift,
  type StoredSite,
} from '../table/schedule-items.ts';
import {
  assignmentKey,
  holidayListKey,
  holidaysPartition,
  inSiteAssignments,
  inSiteLeaves,
  leaveKey,
  scheduleRevisionKey,
  shiftKey,
  shiftRulesKey,
  shiftsPartition,
  siteAssignmentsPartition,
  siteKey,
  siteLeavesPartition,
} from '../table/schedule-keys.ts';
import { type Stale, staleItem } from '../table/stale.ts';

export type ListPart = { readonly after: string | null; readonly limit: number };

/** A change of the table, with the days that it leaves out of date. */
type Change = {
  /** An item to be written, and the version that is there now; 0 = none. */
  readonly put?: { readonly item: Readonly<Record<string, unknown>>; readonly version: number };
  readonly remove?: Key;
  readonly stale: readonly Stale[];
};

/** A transaction has at most 100 writes, of which one is the change itself. */
export const maxStale = 98;

/** What the schedule function reads and writes, beside the directory of sites. */
export interface ScheduleStore {
  findPerson(id: string): Promise<StoredPerson | null>;
  findShift(site: string, id: string): Promise<StoredShift | null>;
  shiftsOfSite(site: string, part: ListPart): Promise<Page<StoredShift>>;
  /** Adds a shift, unless the site has one with the same rules; the shift that has them then. Null = raced. */
  addShift(shift: StoredShift): Promise<StoredShift | null>;
  findHolidayList(id: string): Promise<StoredHolidayList | null>;
  holidayLists(): Promise<readonly StoredHolidayList[]>;
  /** How often a person's assignments and leaves have been changed; to be read before them. */
  revisionOf(personId: string): Promise<number>;
  assignmentsOf(personId: string): Promise<readonly StoredAssignment[]>;
  leavesOf(personId: string): Promise<readonly StoredLeave[]>;
  assignmentsOfSite(site: string, part: ListPart): Promise<Page<StoredAssignment>>;
  leavesOfSite(site: string, part: ListPart): Promise<Page<StoredLeave>>;
  /** Adds a site and links its maker to it. */
  addSite(site: StoredSite, sub: string, link: StoredLink): Promise<'done' | 'raced'>;
  /** All of it or nothing; `raced` when the version is no longer there. */
  commit(change: Change): Promise<'done' | 'raced'>;
  /** The same, if the person's assignments and leaves are those of this revision. */
  commitFor(personId: string, revision: number, change: Change): Promise<'done' | 'raced'>;
}

export const assignmentPosition = ({ personId, id }: StoredAssignment): string => `${personId}#${id}`;
export const leavePosition = ({ from, id }: StoredLeave): string => `${from}#${id}`;

/** Before and behind every position of these lists. */
const everything = { from: ' ', to: '~' };

export const makeDynamoScheduleStore = (table: TableAccess): ScheduleStore => {
  const { client, tableName } = table;
  const get = async (Key: Key): Promise<Record<string, unknown> | undefined> =>
    (await client.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true }))).Item;
  const ofPerson = (personId: string, prefix: string) =>
    queryAll(table, {
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': personKey(personId).pk, ':prefix': prefix },
    });
  const put = ({ item, version }: NonNullable<Change['put']>): Write => ({
    Put: { TableName: tableName, Item: item, ...isVersion(version) },
  });
  const writesOf = ({ put: wanted, remove, stale }: Change): readonly Write[] => [
    ...(wanted === undefined ? [] : [put(wanted)]),
    ...(remove === undefined ? [] : [{ Delete: { TableName: tableName, Key: remove } }]),
    ...stale.map((one) => ({ Put: { TableName: tableName, Item: staleItem(one) } })),
  ];
  const transact = (writes: readonly Write[]) =>
    ifNotRaced(client.send(new TransactWriteCommand({ TransactItems: [...writes] })));

  return {
    async findPerson(id) {
      const item = await get(personKey(id));
      return item === undefined ? null : StoredPerson.parse(item);
    },

    async findShift(site, id) {
      const item = await get(shiftKey(site, id));
      return item === undefined ? null : StoredShift.parse(item);
    },

    shiftsOfSite: (site, part) =>
      readPage({
        ...part,
        partitions: [shiftsPartition(site)],
        range: everything,
        async query(partition, { from, to }, limit) {
          const { Items = [] } = await client.send(
            new QueryCommand({
              TableName: tableName,
              KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
              ExpressionAttributeValues: { ':pk': partition, ':from': from, ':to': to },
              ScanIndexForward: false,
              Limit: limit,
            }),
          );
          return Items.map((item) => StoredShift.parse(item));
        },
        positionOf: ({ id }) => id,
      }),

    async addShift(shift) {
      const { id, site, createdAt: _, ...rules } = shift;
      const rulesKey = shiftRulesKey(site, rules);
      const written = await transact([
        put({ item: { ...shiftKey(site, id), ...shift }, version: 0 }),
        put({ item: { ...rulesKey, shift: id }, version: 0 }),
      ]);
      if (written === 'done') return shift;
      const known = (await get(rulesKey))?.shift;
      return known === undefined ? null : this.findShift(site, String(known));
    },

    async findHolidayList(id) {
      const item = await get(holidayListKey(id));
      return item === undefined ? null : StoredHolidayList.parse(item);
    },

    async holidayLists() {
      const items = await queryAll(table, {
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': holidaysPartition },
      });
      return items.map((item) => StoredHolidayList.parse(item));
    },

    async revisionOf(personId) {
      return Number((await get(scheduleRevisionKey(personId)))?.version ?? 0);
    },
    assignmentsOf: async (personId) =>
      (await ofPerson(personId, assignmentKey(personId, '').sk)).map((item) => StoredAssignment.parse(item)),
    leavesOf: async (personId) =>
      (await ofPerson(personId, leaveKey(personId, '').sk)).map((item) => StoredLeave.parse(item)),

    assignmentsOfSite: (site, part) =>
      readPage({
        ...part,
        partitions: [siteAssignmentsPartition(site)],
        range: everything,
        query: async (partition, range, n) =>
          (await queryIndex(table, partition, range, n)).map((item) => StoredAssignment.parse(item)),
        positionOf: assignmentPosition,
      }),
    leavesOfSite: (site, part) =>
      readPage({
        ...part,
        partitions: [siteLeavesPartition(site)],
        range: everything,
        query: async (partition, range, n) =>
          (await queryIndex(table, partition, range, n)).map((item) => StoredLeave.parse(item)),
        positionOf: leavePosition,
      }),

    addSite: (site, sub, link) => {
      const item = { ...siteKey(site.id), ...site };
      const linked = { ...link, sites: [...link.sites, site.id] };
      return transact([put({ item, version: 0 }), linkWrite(tableName, sub, linked, link)]);
    },
    commit: (change) => transact(writesOf(change)),
    commitFor: (personId, revision, change) => {
      const item = { ...scheduleRevisionKey(personId), version: revision + 1 };
      return transact([...writesOf(change), put({ item, version: revision })]);
    },
  };
};

/** An assignment with its place in the list of its site. */
export const assignmentItem = (one: StoredAssignment): Record<string, unknown> => ({
  ...assignmentKey(one.personId, one.id),
  ...one,
  ...inSiteAssignments(one.site, one.personId, one.id),
});

/** A leave with its place in the list of its site. */
export const leaveItem = (one: StoredLeave): Record<string, unknown> => ({
  ...leaveKey(one.personId, one.id),
  ...one,
  ...inSiteLeaves(one.site, one.from, one.id),
});

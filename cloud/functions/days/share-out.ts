import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { SiteId } from '#contract/names.ts';
import type { StoredStale } from '../table/attendance-items.ts';
import { everybody, staleKey } from '../table/attendance-keys.ts';
import type { TableAccess } from '../table/batch-get.ts';
import { siteListPartition } from '../table/keys.ts';
import { queryAll } from '../table/query-all.ts';
import { siteAssignmentsPartition } from '../table/schedule-keys.ts';
import { inParallel } from './in-parallel.ts';

const writesAtOnce = 16;

/**
 * Turns a fact about everybody of a site into one for each of its people: who belongs there, and who is assigned there. Doing it
 * again changes nothing. Returns false, and does nothing, when these are more than `mostPeople`.
 */
export const makeShareOut = (table: TableAccess) => {
  const names = async (partition: string, attribute: 'id' | 'personId'): Promise<readonly string[]> => {
    const items = await queryAll(table, {
      IndexName: 'gsi1',
      KeyConditionExpression: 'gsi1pk = :partition',
      ProjectionExpression: attribute,
      ExpressionAttributeValues: { ':partition': partition },
    });
    return items.map((item) => String(item[attribute]));
  };
  const peopleOf = async (site: SiteId): Promise<ReadonlySet<string>> => {
    const [belonging, assigned] = await Promise.all([
      names(siteListPartition(site, 'PEOPLE'), 'id'),
      names(siteAssignmentsPartition(site), 'personId'),
    ]);
    return new Set([...belonging, ...assigned]);
  };

  return async (fact: StoredStale, mostPeople: number): Promise<boolean> => {
    const people = await peopleOf(fact.site);
    if (people.size > mostPeople) return false;
    // The token makes it a fact of its own each time that the one about everybody is written.
    const factId = `${everybody}${fact.token}`;
    const written = await inParallel([...people], writesAtOnce, (personId) => {
      const own: StoredStale = { ...fact, personId, factId, shared: true };
      return table.client.send(
        new PutCommand({
          TableName: table.tableName,
          Item: { ...staleKey(fact.site, personId, factId), ...own },
        }),
      );
    });
    for (const one of written) if (one.status === 'rejected') throw one.reason;
    return true;
  };
};

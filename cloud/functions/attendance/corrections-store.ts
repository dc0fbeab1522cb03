import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Instant, SiteId } from '#contract/names.ts';
import {
  type Correction,
  type CorrectionDecision,
  type CorrectionRequest,
  instantsOf,
  readCorrections,
} from '../../domain/corrections/correction-log.ts';
import type { LocalDate } from '../../domain/local-time.ts';
import { StoredCorrection } from '../table/attendance-items.ts';
import {
  correctionKey,
  correctionLogKey,
  correctionsPrefix,
  inSiteCorrections,
  inSiteDecisions,
  waitingCorrectionKey,
} from '../table/attendance-keys.ts';
import { batchGet, type TableAccess } from '../table/batch-get.ts';
import { ifNotRaced, isVersion, type Write } from '../table/conditional-write.ts';
import { StoredPunch } from '../table/items.ts';
import { personKey, punchKey } from '../table/keys.ts';
import { queryAll } from '../table/query-all.ts';
import { staleItem } from '../table/stale.ts';

/** A correction with the site where the person was when it was asked for, and the dates that it touched then. */
export type KeptCorrection = {
  readonly correction: Correction;
  readonly site: SiteId;
  readonly dates: readonly LocalDate[];
};

/** A person's whole log. `length` counts its entries: what is appended is appended to this log and no other. */
export type CorrectionLog = { readonly corrections: readonly KeptCorrection[]; readonly length: number };

/** An entry to append. */
export type NewEntry =
  | {
      readonly entry: CorrectionRequest;
      readonly site: SiteId;
      readonly dates: readonly LocalDate[];
    }
  | { readonly entry: CorrectionDecision; readonly of: KeptCorrection };

/** The logs of corrections. Invariant: entries are only ever added; none is changed or taken away. */
export interface CorrectionStore {
  readLog(personId: string): Promise<CorrectionLog>;
  /** The punch as its door or browser recorded it, at one of these instants. */
  findPunch(
    personId: string,
    punchId: string,
    instants: readonly Instant[],
  ): Promise<StoredPunch | undefined>;
  /**
   * Appends to a log of this length, and marks the days that it touches as out of date at the person's site. `raced` = the log has
   * grown since, or the person is gone: read again.
   */
  append(added: NewEntry, log: CorrectionLog, personSite: SiteId): Promise<'done' | 'raced'>;
}

export const makeDynamoCorrections = (table: TableAccess): CorrectionStore => {
  const { client, tableName: TableName } = table;
  const put = (Item: Record<string, unknown>, condition: object = {}): Write => ({
    Put: { TableName, Item, ...condition },
  });

  return {
    async readLog(personId) {
      const items = await queryAll(table, {
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': personKey(personId).pk, ':prefix': correctionsPrefix },
      });
      return { corrections: toKept(items), length: items.length };
    },

    async findPunch(personId, punchId, instants) {
      const items = await batchGet(
        table,
        instants.map((at) => punchKey(personId, at, punchId)),
      );
      return items.map((item) => StoredPunch.parse(item))[0];
    },

    async append(added, log, personSite) {
      const { entry } = added;
      const request = 'of' in added ? added.of.correction.request : added.entry;
      const site = 'of' in added ? added.of.site : added.site;
      const { personId, id } = request;
      const stored: StoredCorrection = {
        site,
        entry,
        ...('dates' in added ? { dates: [...added.dates] } : {}),
      };
      const listed =
        entry.kind === 'decided'
          ? inSiteDecisions(site, entry.decision, request.at, id)
          : inSiteCorrections(site, request.at, id);
      const waiting = waitingCorrectionKey(site, request.at, id);
      const TransactItems: Write[] = [
        put({ ...correctionKey(personId, id, entry.kind), ...stored, ...listed }, isVersion(0)),
        put({ ...correctionLogKey(personId), version: log.length + 1 }, isVersion(log.length)),
        entry.kind === 'decided'
          ? { Delete: { TableName, Key: waiting } }
          : put({ ...waiting, personId, correctionId: id }),
        put(
          staleItem({
            site: personSite,
            personId,
            factId: `${id}.${entry.kind}`,
            instants: instantsOf(request.change),
          }),
        ),
        // Whoever is erased meanwhile gets no new entry.
        {
          ConditionCheck: {
            TableName,
            Key: personKey(personId),
            ConditionExpression: 'attribute_exists(pk)',
          },
        },
      ];
      return ifNotRaced(client.send(new TransactWriteCommand({ TransactItems })));
    },
  };
};

/** The corrections in items of one or more logs; an item that is no entry of a log is a fault. */
export const toKept = (items: readonly Record<string, unknown>[]): readonly KeptCorrection[] => {
  const stored = items.map((item) => StoredCorrection.parse(item));
  const requests = new Map(
    stored.filter(({ entry }) => entry.kind === 'requested').map((one) => [one.entry.id, one]),
  );
  return readCorrections(stored.map(({ entry }) => entry)).flatMap((correction) => {
    const request = requests.get(correction.id);
    return request === undefined ? [] : [{ correction, site: request.site, dates: request.dates ?? [] }];
  });
};

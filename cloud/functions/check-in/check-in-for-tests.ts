import { randomUUID } from 'node:crypto';
import type { Guard } from '#contract/usage.ts';
import type { Candidate } from '../../domain/match.ts';
import type { Site } from '../../domain/site.ts';
import { makeDynamoPins } from '../pin/pin-store.ts';
import { makeTryPin } from '../pin/try-pin.ts';
import { makeDynamoPunchRecorder } from '../punches/dynamo-punch-recorder.ts';
import { makeSiteDirectory } from '../sites/site-directory.ts';
import type { TableAccess } from '../table/batch-get.ts';
import { countSearch, monthAt } from '../usage/search-count.ts';
import { atKiosk, makeAttemptLimit, ofPerson } from './attempt-limit.ts';
import { makeCheckInEndpoints } from './endpoints.ts';
import { makeDynamoCheckInRecords } from './records.ts';

/** What Rekognition sees in a picture: sides of its faces in pixels, whom the largest resembles; and whether it may be asked. */
export type SeenForTests = {
  readonly sidesPx: readonly number[];
  readonly candidates: readonly Candidate[];
  readonly guard: Guard;
  /** Rekognition refuses the picture itself. */
  readonly refuses?: true;
  /** Thrown instead. */
  readonly fails?: Error;
};

/** The endpoints over the local DynamoDB, with a Rekognition that sees what it is told and a bucket in memory. */
export const makeCheckInForTests = ({
  table,
  sites,
  seen,
  stored,
  now,
}: {
  readonly table: TableAccess;
  readonly sites: readonly Site[];
  readonly seen: () => SeenForTests;
  /** Pictures by `<person>/<date>/<id>`. */
  readonly stored: () => Map<string, Uint8Array>;
  readonly now: () => number;
}) => {
  const orFails = <T>(answer: T): T => {
    const { fails } = seen();
    if (fails !== undefined) throw fails;
    return answer;
  };
  const refused = { kind: 'refused', reason: 'picture_refused' } as const;
  return makeCheckInEndpoints({
    records: makeDynamoCheckInRecords(table),
    sites: makeSiteDirectory({ table, configured: sites, now }),
    punches: makeDynamoPunchRecorder(table),
    guard: { state: async () => seen().guard, bought: () => {} },
    countCall: (site) => countSearch(table, { month: monthAt(now()), site }),
    detectFaces: async () => orFails(seen().refuses ? refused : { kind: 'faces', sidesPx: seen().sidesPx }),
    searchFaces: async () => orFails({ kind: 'faces', candidates: seen().candidates }),
    pictures: {
      store: async ({ personId, date, id, image }) => void stored().set(`${personId}/${date}/${id}`, image),
    },
    personLimit: makeAttemptLimit(table, ofPerson, now),
    kioskLimit: makeAttemptLimit(table, atKiosk, now),
    tryPin: makeTryPin({ pins: makeDynamoPins(table), now }),
    newId: () => `pin-${randomUUID()}`,
    log: { info: () => {}, warn: () => {} },
    now,
  });
};

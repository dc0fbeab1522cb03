import type { CorrectionItem } from '#contract/correction.ts';
import type { Actor } from '../../domain/corrections/correction-log.ts';
import type { SiteDirectory } from '../sites/site-directory.ts';
import type { CorrectionLog } from './corrections-store.ts';
import { personRef } from './presentation.ts';
import type { Records } from './records.ts';

type Presenting = {
  readonly records: Pick<Records, 'findPeople'>;
  readonly sites: Pick<SiteDirectory, 'find'>;
};

/** Corrections as people read them, with names and zones as they are now. */
export const presentCorrections = async (
  { records, sites }: Presenting,
  corrections: CorrectionLog['corrections'],
): Promise<CorrectionItem[]> => {
  const people = await records.findPeople(
    corrections.flatMap(({ correction: { request, decision } }) => [
      request.personId,
      ...[request.by, decision?.by].flatMap((by) => by?.personId ?? []),
    ]),
  );
  const actor = ({ sub, personId }: Actor) => ({
    sub,
    person: personId === null ? null : personRef(personId, people.get(personId)),
  });
  return Promise.all(
    corrections.map(async ({ correction, site, dates }) => {
      const { id, change, request, decision, state } = correction;
      return {
        id,
        person: personRef(request.personId, people.get(request.personId)),
        site,
        // A site that is gone has no zone any more.
        timeZone: (await sites.find(site))?.site.timeZone ?? 'UTC',
        dates: [...dates],
        change,
        reason: request.reason,
        state,
        asked: { by: actor(request.by), at: request.at, overrodeLock: request.overrodeLock },
        decided:
          decision === null
            ? null
            : {
                by: actor(decision.by),
                at: decision.at,
                note: decision.note,
                overrodeLock: decision.overrodeLock,
              },
      };
    }),
  );
};

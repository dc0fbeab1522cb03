import type { PinAnswer, PinPunch } from '#contract/check-in.ts';
import { localTime } from '../../domain/local-time.ts';
import { type Access, chooseSite, reachesSite } from '../api/authorise.ts';
import { Refusal } from '../api/refusal.ts';
import { OperatorError } from '../errors.ts';
import type { PunchRecorder } from '../punches/punch-recorder.ts';
import type { SiteDirectory } from '../sites/site-directory.ts';
import type { AttemptLimit } from './attempt-limit.ts';
import { tooManyPunches } from './check-in.ts';
import type { CheckInRecords } from './records.ts';

export type PunchByPinDeps = {
  readonly records: Pick<CheckInRecords, 'findOwner' | 'findPerson' | 'findCounted'>;
  readonly kioskLimit: AttemptLimit;
  /** Whether the PIN is this person's; with null it is nobody's, which takes as long. */
  readonly tryPin: (personId: string | null, pin: string) => Promise<boolean>;
  readonly sites: Pick<SiteDirectory, 'find'>;
  readonly punches: PunchRecorder;
  readonly newId: () => string;
  /** Epoch milliseconds. */
  readonly now: () => number;
};

/**
 * A punch by person number and PIN: it asks for neither a face nor consent, and is a punch like any other.
 * A number of nobody, of somebody who has left or belongs elsewhere, a wrong PIN and a locked one are one answer.
 */
export const makePunchByPin = (deps: PunchByPinDeps) => {
  const { records, kioskLimit, tryPin, sites, punches, now } = deps;
  return async (access: Access, { number, pin, direction }: PinPunch): Promise<PinAnswer> => {
    chooseSite(access, undefined); // a kiosk of no site is refused before it counts
    const waitSeconds = await kioskLimit.attempt(access.caller.sub);
    if (waitSeconds > 0)
      throw new Refusal(
        429,
        'There were too many attempts at this kiosk. Wait a moment.',
        undefined,
        waitSeconds,
      );

    const owner = await records.findOwner(number);
    const person = await records.findPerson(owner ?? nobody);
    const isOfThisKiosk = person?.status === 'active' && reachesSite(access, person.site);
    const isRight = await tryPin(isOfThisKiosk ? person.id : null, pin);
    if (!isOfThisKiosk || !isRight) throw wrong();

    const record = await sites.find(person.site);
    if (record === undefined)
      throw new OperatorError('unknown_site', 'put the site back into rollcall.config.ts and deploy');
    const recorded = await punches.record({
      id: deps.newId(),
      personId: person.id,
      site: record.site,
      at: new Date(now()).toISOString(),
      via: direction ?? 'auto',
      source: 'manual',
      needsConsent: false,
    });
    if (recorded.kind === 'refused') throw recorded.why === 'too_many_punches' ? tooManyPunches() : wrong();
    const { punch } = recorded;
    const isDuplicate = punch.suppressedBy !== undefined;
    const counted = isDuplicate ? await records.findCounted(punch) : punch;
    return {
      outcome: isDuplicate ? 'duplicate' : 'matched',
      name: person.name,
      direction: punch.direction,
      localTime: localTime((counted ?? punch).at, record.site.timeZone),
    };
  };
};

const nobody = 'nobody';

const wrong = () =>
  new Refusal(
    422,
    'This number and this PIN do not belong together here. After several wrong PINs even the right one has to wait for a quarter of an hour or longer; HR can give you a new one at once.',
  );

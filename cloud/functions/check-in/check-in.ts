import { createHash } from 'node:crypto';
import type { CheckInOutcome } from '#contract/check-in.ts';
import type { DoorDirection } from '#contract/outcome.ts';
import { localDate } from '../../domain/local-time.ts';
import { decideMatch } from '../../domain/match.ts';
import type { Site } from '../../domain/site.ts';
import type { Picture } from '../api/read-picture.ts';
import { Refusal } from '../api/refusal.ts';
import { causeName, RetryLater, whoMustAct } from '../errors.ts';
import type { SearchResult } from '../ingest/ingest.ts';
import { type ImageSize, withoutMetadata } from '../jpeg.ts';
import type { Log } from '../log.ts';
import type { PunchRecorder } from '../punches/punch-recorder.ts';
import type { StoredPerson, StoredPunch } from '../table/items.ts';
import type { SearchGuard } from '../usage/search-guard.ts';
import type { AttemptLimit } from './attempt-limit.ts';
import type { Detection } from './detect-faces.ts';
import { judgeFaces } from './judge-faces.ts';
import type { CheckInRecords } from './records.ts';
import type { CheckInPictures } from './s3-pictures.ts';

/** Until when a call to Rekognition may be tried again, and what it is about. */
export type Patience = { readonly remainingMs: () => number; readonly id: string };

export type CheckInDeps = {
  readonly records: Pick<CheckInRecords, 'hasFace' | 'isRecorded' | 'findCounted'>;
  readonly punches: PunchRecorder;
  readonly guard: SearchGuard;
  /** How often a person's pictures are looked at. */
  readonly personLimit: AttemptLimit;
  /** Counts a call to Rekognition that the site's browsers needed. */
  readonly countCall: (site: string) => Promise<void>;
  readonly detectFaces: (image: Uint8Array, size: ImageSize, patience: Patience) => Promise<Detection>;
  readonly searchFaces: (image: Uint8Array, patience: Patience) => Promise<SearchResult>;
  readonly pictures: CheckInPictures;
  readonly log: Pick<Log, 'info' | 'warn'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
};

export type CheckInRequest = {
  /** The signed-in person, who is active. */
  readonly person: StoredPerson;
  readonly site: Site;
  readonly picture: Picture;
  readonly via: DoorDirection;
};

/** Outcomes with a punch: this one, or for a duplicate the one that counted (null when it cannot be found any more). */
export type CheckedIn =
  | { readonly outcome: 'matched'; readonly punch: StoredPunch }
  | { readonly outcome: 'duplicate'; readonly punch: StoredPunch | null }
  /** This very picture made a punch some while ago. */
  | { readonly outcome: 'used_before'; readonly punch: StoredPunch }
  | { readonly outcome: Exclude<CheckInOutcome, 'matched' | 'duplicate' | 'used_before'> };

/** For so long the same picture again is the same request, whose answer got lost; after it, somebody presents an old picture. */
const repeatMs = 10 * 60_000;
/** API Gateway gives up after 30 s, and so does the function a second before. */
const wholeMs = 29_000;

/**
 * From a picture to a punch of the signed-in person, and of nobody else: whoever the face resembles more, or as much, is never said.
 * What costs money comes last: consent, an enrolled face and the month's budget are asked for before Rekognition is.
 * The punch is recorded before its picture is stored, so that only what matched is ever stored; when storing fails, sending the
 * same picture again finds the punch and stores it.
 */
export const makeCheckIn = (deps: CheckInDeps) => {
  const { records, punches, guard, now } = deps;

  const checkIn = async ({ person, site, picture, via }: CheckInRequest): Promise<CheckedIn> => {
    const startedMs = now();
    if (person.consent === undefined) return { outcome: 'no_consent' };
    const image = withoutMetadata(picture.image);
    const id = idOf(person.id, image);
    const [isEnrolled, isRecorded] = await Promise.all([records.hasFace(person.id), records.isRecorded(id)]);
    if (!isEnrolled) return { outcome: 'not_enrolled' };

    let similarity: number | undefined;
    if (!isRecorded) {
      const patience = { id, remainingMs: () => startedMs + wholeMs - now() };
      const found = await lookFor(person.id, site, picture, patience);
      if (typeof found !== 'number') return { outcome: found };
      similarity = found;
    }

    const recorded = await punches.record({
      id,
      personId: person.id,
      site,
      // When they asked: waiting for Rekognition makes nobody late.
      at: new Date(startedMs).toISOString(),
      via,
      source: 'browser',
      ...(similarity === undefined ? {} : { similarity }),
      needsConsent: true,
    });
    if (recorded.kind === 'refused') return refusedBecause(recorded.why);
    const { punch, repeated } = recorded;
    if (repeated && now() - Date.parse(punch.at) > repeatMs) return { outcome: 'used_before', punch };
    const date = localDate(punch.at, site.timeZone);
    await deps.pictures.store({ personId: person.id, date, id, image });
    if (punch.suppressedBy === undefined) return { outcome: 'matched', punch };
    return { outcome: 'duplicate', punch: await records.findCounted(punch) };
  };

  /** The similarity of the picture's one face to the person, or why it does not count. */
  const lookFor = async (
    personId: string,
    site: Site,
    { image, width, height }: Picture,
    patience: Patience,
  ): Promise<number | 'no_face' | 'several_faces' | 'too_small' | 'not_you' | 'not_searched'> => {
    if (Math.min(width, height) < minSidePx) return 'too_small';
    const mayCall = async () => (await guard.state()) !== 'stop';
    const call = async <T extends Detection | SearchResult>(work: Promise<T>) => {
      const answer = await orBusy(work);
      // A failed call, which costs nothing.
      if (answer.kind === 'refused') throw unreadable();
      guard.bought();
      await count(site.id);
      return answer as Exclude<T, { kind: 'refused' }>;
    };

    if (!(await mayCall())) return 'not_searched';
    const waitSeconds = await deps.personLimit.attempt(personId);
    if (waitSeconds > 0) throw tooManyPictures(waitSeconds);
    const detected = await call(deps.detectFaces(image, { width, height }, patience));
    const verdict = judgeFaces(detected.sidesPx);
    if (verdict !== 'one_face') return verdict;

    if (!(await mayCall())) return 'not_searched';
    const found = await call(deps.searchFaces(image, patience));
    if (found.kind === 'no_face') return 'no_face';
    const decision = decideMatch(found.candidates, site);
    const isYou = decision.outcome === 'matched' && decision.personId === personId;
    return isYou ? decision.similarity : 'not_you';
  };

  const count = async (site: string): Promise<void> => {
    try {
      await deps.countCall(site);
    } catch (error) {
      // The answer has been bought: it is not thrown away because the count is one too low.
      deps.log.warn('usage.uncounted', { thing: 'browser', cause: causeName(whoMustAct(error)) });
    }
  };

  return async (request: CheckInRequest): Promise<CheckedIn> => {
    const checkedIn = await checkIn(request);
    deps.log.info('check_in.decided', { site: request.site.id, outcome: checkedIn.outcome });
    return checkedIn;
  };
};

/** Rekognition refuses smaller pictures. Source: Rekognition developer guide, "Guidelines and quotas". */
const minSidePx = 80;

/**
 * The same picture of the same person is the same punch, and no other person's: ids of two people never meet. Of the picture as it is
 * stored, so that neither other bytes beside it nor a copy from the bucket make it a new one.
 */
const idOf = (personId: string, image: Uint8Array): string =>
  `browser-${createHash('sha256').update(`${personId}\n`).update(image).digest('hex').slice(0, 40)}`;

const unreadable = () => new Refusal(415, 'The picture cannot be read; take or choose another one.');

const tooManyPictures = (waitSeconds: number) =>
  new Refusal(
    429,
    `You have sent too many pictures within an hour. Wait ${Math.ceil(waitSeconds / 60)} min, or use your PIN at a kiosk: it counts just as well.`,
    undefined,
    waitSeconds,
  );

const orBusy = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (!(whoMustAct(error) instanceof RetryLater)) throw error;
    throw new Refusal(
      503,
      'Faces cannot be looked at right now. Try again in a minute, or use your PIN at a kiosk.',
      undefined,
      60,
    );
  }
};

type RefusedBecause = Extract<Awaited<ReturnType<PunchRecorder['record']>>, { kind: 'refused' }>['why'];

/** The person has changed since they were read. */
const refusedBecause = (why: RefusedBecause): CheckedIn => {
  if (why === 'no_consent') return { outcome: why };
  if (why === 'too_many_punches') throw tooManyPunches();
  throw new Refusal(409, 'What HR has recorded about you changed this very moment; try again.');
};

export const tooManyPunches = () =>
  new Refusal(409, 'So many punches on one day cannot be right; ask HR to look at the day.');

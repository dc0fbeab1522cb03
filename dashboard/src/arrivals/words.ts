import type { Outcome } from '#contract/outcome.ts';
import type { OutcomeReason } from '#contract/reason.ts';
import type { TagTone } from '../components/tag.tsx';
import type { Entry } from './feed.ts';

/** How a row looks and what it says. The tone is never the only carrier of meaning: the label always stands beside it. */
const outcomes: Readonly<Record<Outcome, { tone: TagTone; label: string; person: string }>> = {
  // Only one that gave no punch of its own gets here.
  matched: { tone: 'again', label: 'Seen again', person: 'Unknown person' },
  unknown: { tone: 'unknown', label: 'Unknown', person: 'Unknown person' },
  ambiguous: { tone: 'unknown', label: 'Unclear', person: 'Not sure who' },
  no_usable_face: { tone: 'problem', label: 'No face', person: 'No usable face' },
  error: { tone: 'problem', label: 'Rejected', person: 'Rejected delivery' },
};

/** Why an outcome is what it is; null where the outcome has said it all. */
const reasons: Readonly<Record<OutcomeReason, string | null>> = {
  already_counted: 'already counted',
  bad_light: 'too dark or too bright',
  cut_off: 'face at the edge of the picture',
  duplicate_punch: 'counted moments before',
  evicted: 'picture lost, the door was full',
  has_left: 'enrolled, but has left',
  no_consent: 'has not consented',
  no_face_found: 'no face in the picture',
  no_match: null,
  not_a_jpeg: 'the picture could not be read',
  not_confirmed: 'probably not a face',
  not_enrolled: 'no longer enrolled',
  not_frontal: 'face turned away',
  not_searched: 'not searched: this month’s search budget is spent',
  other_person_before: 'two pictures named two people',
  other_site: 'enrolled at another site',
  passage_not_json: 'message not readable',
  passage_not_valid: 'message not valid',
  passage_of_another_door: 'passage belongs to another door',
  picture_refused: 'the picture was refused',
  picture_too_large: 'picture too large',
  picture_too_small: 'picture too small',
  picture_truncated: 'picture incomplete',
  property_missing: 'message incomplete',
  property_not_json: 'message not readable',
  several_people: 'resembles more than one person',
  sighting_not_valid: 'message not valid',
  suspicious: 'looked like a picture of a face',
  time_unknown: 'the door’s clock was not set',
  too_blurred: 'picture too blurred',
  too_many_punches: 'seen too often on one day',
  too_small: 'face too small',
  unknown_door: 'door not known',
  unknown_site: 'site not known',
};

/** A reason of a newer cloud, which this page has no words for, is shown as it came: better than nothing. */
const reasonWords = (reason: string): string | null => {
  const known = Object.entries(reasons).find(([name]) => name === reason);
  return known === undefined ? reason.replaceAll('_', ' ') : known[1];
};

const sources = { door: null, browser: 'from a browser', manual: 'entered by hand' } as const;

/** One entry as the table shows it. */
export type Row = {
  readonly tone: TagTone;
  readonly label: string;
  readonly person: string;
  /** Why, or how, if there is more to say. */
  readonly note: string | null;
  readonly door: string | null;
  readonly similarity: number | null;
  /** The site's wall clock, ISO without offset. */
  readonly localTime: string;
};

export const rowOf = (entry: Entry): Row => {
  if (entry.kind === 'punch') {
    const { person, direction, door, similarity, localTime, source } = entry.punch;
    const label = direction === 'in' ? 'In' : 'Out';
    const note = sources[source];
    return {
      tone: direction,
      label,
      person: person.name,
      note,
      door: door?.name ?? null,
      similarity,
      localTime,
    };
  }
  const { outcome, reason, door, similarity, localTime } = entry.sighting;
  const { tone, label, person: nobody } = outcomes[outcome];
  const person = (outcome === 'matched' ? entry.sighting.person?.name : undefined) ?? nobody;
  const note = reason === null ? null : reasonWords(reason);
  return { tone, label, person, note, door: door.name, similarity, localTime };
};

/** What a screen reader hears when entries arrive; the newest is named, the others counted. */
export const announcement = (arrivals: readonly Entry[]): string => {
  const [newest, ...others] = arrivals;
  if (newest === undefined) return '';
  const { label, person, door, localTime } = rowOf(newest);
  const where = door === null ? '' : `, ${door}`;
  const more = others.length === 0 ? '' : ` And ${others.length} more.`;
  return `${person}: ${label.toLowerCase()} at ${localTime.slice(11, 16)}${where}.${more}`;
};

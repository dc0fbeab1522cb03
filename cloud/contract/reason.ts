import type { UnusableReason } from './sighting.ts';

/** Why a delivery is refused without a search. Trying it again would change nothing. */
export type RejectionReason =
  | 'property_missing'
  | 'property_not_json'
  | 'sighting_not_valid'
  | 'passage_not_json'
  | 'passage_not_valid'
  | 'not_a_jpeg'
  | 'picture_too_large'
  | 'picture_too_small'
  | 'picture_truncated'
  | 'picture_refused'
  | 'unknown_door'
  | 'unknown_site'
  | 'passage_of_another_door';

/** What the search and the attendance rules have to say about a sighting, beside its outcome. */
type DecisionReason =
  | 'no_face_found'
  | 'no_match'
  /** The month's budget for searches is spent. */
  | 'not_searched'
  | 'several_people'
  | 'not_enrolled'
  | 'no_consent'
  | 'has_left'
  | 'other_site'
  | 'other_person_before'
  | 'already_counted'
  | 'duplicate_punch'
  /** So many punches of one person on one day that a person has to look at the door. */
  | 'too_many_punches'
  /** The door's clock was not set and nothing tells by how much: a person has to look at it. */
  | 'time_unknown';

/**
 * Every reason that a stored sighting, and its verdict, can carry. On the wire a reason is plain text, so that an older
 * page or door does not stumble over a newer one; these are the ones that there must be words for.
 */
export type OutcomeReason = UnusableReason | RejectionReason | DecisionReason;

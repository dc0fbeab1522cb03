import type { Change } from '#contract/correction.ts';
import type { Instant } from '#contract/names.ts';
import type { LocalDate } from '../local-time.ts';
import {
  type Actor,
  type Correction,
  type CorrectionDecision,
  type CorrectionRequest,
  instantsOf,
} from './correction-log.ts';
import { lockedDates, type ScheduleOn } from './lock.ts';

/** Why a correction is not taken. */
type CorrectionRefusal =
  | { readonly why: 'in_the_future'; readonly instant: Instant }
  | { readonly why: 'changes_nothing' }
  | { readonly why: 'period_locked'; readonly dates: readonly LocalDate[] }
  | { readonly why: 'own_day' | 'own_request' }
  | { readonly why: 'already_decided'; readonly decision: CorrectionDecision };

export type Answer<E> = { readonly entry: E } | { readonly refused: CorrectionRefusal };

type Circumstances = {
  readonly by: Actor;
  readonly now: Instant;
  /** Of the person whose day it is. */
  readonly scheduleOn: ScheduleOn;
  /** The role of whoever acts may change closed periods. */
  readonly mayOverrideLock: boolean;
};

/** Asks for a correction: the entry to append to the log, or why not. It may not be about the future (hrms#5125) or a closed period. */
export const requestCorrection = (
  wanted: Pick<CorrectionRequest, 'id' | 'personId' | 'change' | 'reason'>,
  circumstances: Circumstances,
): Answer<CorrectionRequest> => {
  const { by, now } = circumstances;
  const future = instantsOf(wanted.change).find((instant) => instant > now);
  if (future !== undefined) return { refused: { why: 'in_the_future', instant: future } };
  if (changesNothing(wanted.change)) return { refused: { why: 'changes_nothing' } };
  const lock = askLock(wanted.change, circumstances);
  if ('refused' in lock) return lock;
  return { entry: { kind: 'requested', ...wanted, by, at: now, ...lock } };
};

/** Decides a correction: the entry to append, or why not. Nobody decides about their own day, or what they asked for themselves. */
export const decideCorrection = (
  correction: Correction,
  decided: Pick<CorrectionDecision, 'decision' | 'note'>,
  circumstances: Circumstances,
): Answer<CorrectionDecision> => {
  const { by, now } = circumstances;
  const { id, request, decision } = correction;
  if (decision !== null) return { refused: { why: 'already_decided', decision } };
  if (by.personId === request.personId) return { refused: { why: 'own_day' } };
  const isRequester =
    by.sub === request.by.sub || (by.personId !== null && by.personId === request.by.personId);
  if (isRequester) return { refused: { why: 'own_request' } };
  // To refuse changes no figures, so a late request can always be closed.
  const lock =
    decided.decision === 'refused' ? { overrodeLock: false } : askLock(request.change, circumstances);
  if ('refused' in lock) return lock;
  return { entry: { kind: 'decided', id, ...decided, by, at: now, ...lock } };
};

const askLock = (
  change: Change,
  { scheduleOn, now, mayOverrideLock }: Circumstances,
): { readonly overrodeLock: boolean } | { readonly refused: CorrectionRefusal } => {
  const dates = lockedDates(change, scheduleOn, now);
  if (dates.length === 0) return { overrodeLock: false };
  return mayOverrideLock ? { overrodeLock: true } : { refused: { why: 'period_locked', dates } };
};

const changesNothing = (change: Change): boolean =>
  (change.action === 'retime' && change.to === change.punch.at) ||
  (change.action === 'reclassify' && change.direction === change.punch.via);

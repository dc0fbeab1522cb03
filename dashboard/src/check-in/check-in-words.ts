import type { CheckInAnswer, CheckInOutcome } from '#contract/check-in.ts';
import { shortTime } from '../words/format.ts';
import type { CameraProblem } from './camera.ts';

export type AnswerWords = {
  /** By this picture, by one before, or not at all. */
  readonly counted: 'now' | 'before' | 'no';
  readonly title: string;
  readonly line: string;
};

const words: Readonly<Record<CheckInOutcome, { readonly title: string; readonly line: string }>> = {
  matched: { title: 'You are counted', line: 'You are counted.' },
  not_you: {
    title: 'This does not look like you',
    line: 'Nothing was counted. Look straight into the camera, in good light, and try again.',
  },
  no_face: {
    title: 'No face in the picture',
    line: 'Nothing was counted. Put your face in the middle of the picture and try again.',
  },
  several_faces: {
    title: 'More than one face',
    line: 'Nothing was counted. Only you may be in the picture.',
  },
  too_small: { title: 'Too far away', line: 'Nothing was counted. Come closer to the camera and try again.' },
  no_consent: {
    title: 'You have not agreed to face recognition',
    line: 'Nothing was searched. Use your number and PIN at the kiosk, or talk to HR.',
  },
  not_enrolled: {
    title: 'Your face is not enrolled',
    line: 'Nothing was counted. Use your number and PIN at the kiosk, or ask HR to enrol you.',
  },
  duplicate: { title: 'Already counted', line: 'You were counted moments ago; there is nothing to do.' },
  used_before: { title: 'This picture was used before', line: 'Nothing was counted. Take a new one.' },
  not_searched: {
    title: 'Face recognition is used up for this month',
    line: 'Nothing was counted. Use your number and PIN at the kiosk.',
  },
};

/** What the page says about the answer, in large words and a line; the API's own advice where it gives some. */
export const answerWords = ({ outcome, detail, punch }: CheckInAnswer, name: string): AnswerWords => {
  const { title, line } = words[outcome];
  const when =
    punch === null || outcome === 'used_before'
      ? undefined
      : `${punch.direction} at ${shortTime(punch.localTime)}`;
  return {
    counted: outcome === 'matched' ? 'now' : outcome === 'duplicate' ? 'before' : 'no',
    title:
      when === undefined ? title : outcome === 'duplicate' ? `Already counted: ${when}` : `${name}, ${when}`,
    line: detail === '' ? line : detail,
  };
};

/** What becomes of the pictures; `days` from the deployment's configuration, if it says so. */
export const keptWords = (days: number | undefined): string =>
  `A picture that counted is kept for ${days === undefined ? 'a limited time' : `at most ${days} days`} and then deleted, any other is not kept.`;

const cameraProblems: Readonly<Record<CameraProblem, { readonly title: string; readonly remedy: string }>> = {
  insecure: {
    title: 'The camera needs a secure address',
    remedy: 'Open this page with https, or choose a picture from this device instead.',
  },
  none: {
    title: 'No camera found',
    remedy: 'Connect one and try again, or choose a picture from this device instead.',
  },
  denied: {
    title: 'The camera is not allowed',
    remedy:
      'Allow it for this page, at the camera or lock sign beside the address, and try again. Or choose a picture from this device instead.',
  },
  in_use: {
    title: 'The camera is in use',
    remedy:
      'Close the other program or tab that uses it and try again, or choose a picture from this device instead.',
  },
  failed: {
    title: 'The camera did not start',
    remedy: 'Try again, or choose a picture from this device instead.',
  },
};

export const cameraWords = (problem: CameraProblem) => cameraProblems[problem];

import type { Failure } from './transport.ts';

/** A failure in words for the person at the screen: what is wrong, and what to do. */
export const failureWords = (failure: Failure): string => {
  switch (failure.kind) {
    case 'signed_out':
      return 'Your sign-in has ended. Please sign in again.';
    case 'forbidden':
      return sentence(failure.detail || 'You may not see this.');
    case 'unreachable':
      return 'Rollcall cannot be reached right now.';
    case 'problem': {
      const { status, detail, retryAfterSeconds } = failure;
      const wait = retryAfterSeconds === undefined ? '' : ` Try again in ${retryAfterSeconds} s.`;
      // The API refuses with words for people; only its own failures need to be named as such.
      if (status < 500 && detail !== '') return sentence(detail) + wait;
      return `Rollcall answered with an error (${status}). ${sentence(detail)}`.trim() + wait;
    }
    case 'not_understood':
      return 'Rollcall answered in a way this page does not understand. Reload the page; it may be out of date.';
  }
};

const sentence = (text: string): string => (text === '' || /[.!?]$/.test(text) ? text : `${text}.`);

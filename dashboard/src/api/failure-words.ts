import type { Failure } from './api.ts';

/** A failure in words for the person at the screen: what is wrong, and what to do. */
export const failureWords = (failure: Failure): string => {
  switch (failure.kind) {
    case 'signed_out':
      return 'Your sign-in has ended. Please sign in again.';
    case 'forbidden':
      return sentence(failure.detail || 'You may not see this.');
    case 'unreachable':
      return 'Rollcall cannot be reached right now.';
    case 'problem':
      return `Rollcall answered with an error (${failure.status}). ${sentence(failure.detail)}`.trim();
    case 'not_understood':
      return 'Rollcall answered in a way this page does not understand. Reload the page; it may be out of date.';
  }
};

const sentence = (text: string): string => (text === '' || /[.!?]$/.test(text) ? text : `${text}.`);

import type { Config } from '../config.ts';
import { makeConsoleFeedback, type Screen } from './console-feedback.ts';
import type { Feedback } from './feedback.ts';

/** The feedback that the configuration asks for. */
export const makeFeedback = (kind: Config['feedback'], screen: Screen): Feedback => {
  switch (kind) {
    case 'console':
      return makeConsoleFeedback(screen, 'on_a_terminal');
    case 'console-with-names':
      return makeConsoleFeedback(screen, 'always');
    case 'none':
      return { saved: () => undefined, show: () => undefined };
  }
};

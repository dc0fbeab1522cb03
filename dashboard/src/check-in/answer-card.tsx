import { takeFocus } from '../components/focus.ts';
import type { AnswerWords } from './check-in-words.ts';

/** How the card looks, with a shape that can be told apart without its colour. */
const looks = {
  now: { style: 'answer good', shape: 'M3 8.6 6.6 12 13 4.5' },
  // Neither good nor bad: the line says whether there is anything left to do.
  before: { style: 'answer known', shape: 'M3 8.6 6.6 12 13 4.5' },
  no: { style: 'answer bad', shape: 'M8 3.5v5.2M8 11.7v.3' },
} as const;

/** The answer in large words. */
export const AnswerCard = ({
  words: { counted, title, line },
  onAgain,
  onSameAgain,
}: {
  readonly words: AnswerWords;
  readonly onAgain: () => void;
  /** Sends the same picture once more, where only the line failed. */
  readonly onSameAgain?: () => void;
}) => (
  <div class={looks[counted].style}>
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d={looks[counted].shape} />
    </svg>
    <div>
      <p class="big" tabIndex={-1} ref={takeFocus}>
        {title}
      </p>
      <p>{line}</p>
      <div class="buttons">
        {onSameAgain === undefined ? null : (
          <button type="button" class="button main" onClick={onSameAgain}>
            Send it again
          </button>
        )}
        {counted === 'no' ? null : (
          <a class="button" href="/my-days">
            My days
          </a>
        )}
        <button type="button" class="button" onClick={onAgain}>
          {counted === 'no' ? 'Try again' : 'Take another picture'}
        </button>
      </div>
    </div>
  </div>
);

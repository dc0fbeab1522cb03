import type { AnswerWords } from './check-in-words.ts';

/** The answer in large words, with a shape that can be told apart without its colour. */
export const AnswerCard = ({
  words: { good, title, line },
  onAgain,
  onSameAgain,
}: {
  readonly words: AnswerWords;
  readonly onAgain: () => void;
  /** Sends the same picture once more, where only the line failed. */
  readonly onSameAgain?: () => void;
}) => (
  <div class={good ? 'answer good' : 'answer bad'}>
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d={good ? 'M3 8.6 6.6 12 13 4.5' : 'M8 3.5v5.2M8 11.7v.3'} />
    </svg>
    <div>
      <p class="big">{title}</p>
      <p>{line}</p>
      <div class="buttons">
        {onSameAgain === undefined ? null : (
          <button type="button" class="button main" onClick={onSameAgain}>
            Send it again
          </button>
        )}
        {good ? (
          <a class="button" href="/my-days">
            My days
          </a>
        ) : null}
        <button type="button" class="button" onClick={onAgain}>
          {good ? 'Take another picture' : 'Try again'}
        </button>
      </div>
    </div>
  </div>
);

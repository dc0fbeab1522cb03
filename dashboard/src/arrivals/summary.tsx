import type { Now } from '#contract/api.ts';
import { shortTime } from '../words/format.ts';
import type { Entry } from './feed.ts';
import { rowOf } from './words.ts';

/** The three figures that people open the page for. */
export const Summary = ({
  now,
  entries,
}: {
  readonly now: Now | undefined;
  readonly entries: readonly Entry[] | undefined;
}) => {
  const latest = entries?.find((entry) => entry.kind === 'punch');
  const row = latest === undefined ? undefined : rowOf(latest);
  return (
    <dl class="summary">
      <div>
        <dt>In now</dt>
        <dd class={now === undefined ? 'figure faint' : 'figure in'}>{now?.in ?? '–'}</dd>
      </div>
      <div>
        <dt>Left today</dt>
        <dd class={now === undefined ? 'figure faint' : 'figure'}>{now?.out ?? '–'}</dd>
      </div>
      <div class="latest">
        <dt>Latest</dt>
        <dd>
          {row === undefined ? (
            <span class="faint">{entries === undefined ? '–' : 'nobody yet'}</span>
          ) : (
            <>
              <span class="name">{row.person}</span>
              <span class="faint">
                {row.label.toLowerCase()} at {shortTime(row.localTime)}
              </span>
            </>
          )}
        </dd>
      </div>
    </dl>
  );
};

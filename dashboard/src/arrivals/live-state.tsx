import { failureWords } from '../api/failure-words.ts';
import { ago } from '../words/format.ts';
import type { Arrivals } from './use-arrivals.ts';

/** Whether what the page shows is current: a quiet line while it is. */
export const LiveLine = ({
  updatedAtMs,
  failure,
  nowMs,
}: Pick<Arrivals, 'updatedAtMs' | 'failure'> & { nowMs: number }) => {
  const isLive = failure === undefined && updatedAtMs !== undefined;
  return (
    <p class={`live ${isLive ? 'on' : 'off'}`}>
      <span class="dot" aria-hidden="true" />
      {isLive ? 'Live' : updatedAtMs === undefined && failure === undefined ? 'Loading' : 'Not live'}
      {updatedAtMs === undefined ? null : <span class="faint">updated {ago(nowMs - updatedAtMs)}</span>}
    </p>
  );
};

/** A banner while the API cannot be asked: what is wrong, when it is tried again, and a button for the impatient. */
export const FailureBanner = ({ failure, nextTryMs, nowMs, retry }: Arrivals & { nowMs: number }) => {
  if (failure === undefined) return null;
  const seconds = nextTryMs === undefined ? 0 : Math.max(0, Math.ceil((nextTryMs - nowMs) / 1000));
  return (
    <div class="banner">
      <p role="alert">
        {failureWords(failure)}
        {failure.kind === 'unreachable' ? ' What you see below may be out of date.' : ''}
      </p>
      <div class="banner-side">
        <span class="faint">{seconds > 0 ? `Trying again in ${seconds} s` : 'Trying again …'}</span>
        <button type="button" class="button" onClick={retry}>
          Try now
        </button>
      </div>
    </div>
  );
};

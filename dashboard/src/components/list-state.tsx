import type { ComponentChildren } from 'preact';
import { failureWords } from '../api/failure-words.ts';
import type { Failure } from '../api/transport.ts';
import type { Pages } from './use-pages.ts';
import { Waiting } from './waiting.tsx';

/** What went wrong, with a way to try again. */
export const FailureNote = ({
  failure,
  onRetry,
}: {
  readonly failure: Failure | undefined;
  readonly onRetry: () => void;
}) =>
  failure === undefined ? null : (
    <div class="banner">
      <p role="alert">{failureWords(failure)}</p>
      <button type="button" class="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  );

/** A list that is loading, empty, failed or there, with a button for the page after. */
export const ListState = <T,>({
  list,
  empty,
  children,
}: {
  readonly list: Pages<T>;
  /** What to say when there is nothing. */
  readonly empty: ComponentChildren;
  readonly children: ComponentChildren;
}) => (
  <>
    <FailureNote failure={list.failure} onRetry={list.items === undefined ? list.reload : list.loadMore} />
    {list.items === undefined && list.failure === undefined ? (
      <div class="panel" aria-busy="true">
        <Waiting rows={6} />
      </div>
    ) : null}
    {list.items?.length === 0 && !list.hasMore ? <div class="panel empty">{empty}</div> : null}
    {list.items !== undefined && list.items.length > 0 ? children : null}
    {list.hasMore ? (
      <p class="more-alone">
        <button type="button" class="button" disabled={list.loading} onClick={list.loadMore}>
          {list.loading ? 'Loading …' : 'Load more'}
        </button>
      </p>
    ) : null}
  </>
);

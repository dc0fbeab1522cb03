import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Answer, Failure } from '../api/transport.ts';
import { useAccount } from '../shell/account.ts';

type Page<T> = { readonly items: readonly T[]; readonly next: string | null };

export type Pages<T> = {
  /** undefined until the first page is there. */
  readonly items: readonly T[] | undefined;
  readonly hasMore: boolean;
  readonly loading: boolean;
  readonly failure: Failure | undefined;
  readonly loadMore: () => void;
  /** Reads again as much as is shown. */
  readonly reload: () => void;
};

type State<T> = {
  readonly about: string | undefined;
  readonly items: readonly T[] | undefined;
  readonly next: string | null;
  readonly loading: boolean;
  readonly failure: Failure | undefined;
};

/** A list that is read page by page: the first for each `about` (undefined = not yet), the next ones when asked for. */
export const usePages = <T>(
  about: string | undefined,
  askPage: (cursor: string | undefined) => Promise<Answer<Page<T>>>,
): Pages<T> => {
  const { onSignedOut } = useAccount();
  const empty = { about, items: undefined, next: null, loading: true, failure: undefined };
  const [state, setState] = useState<State<T>>(empty);
  const latest = useRef(0);
  const asking = useRef(askPage);
  asking.current = askPage;

  /** Reads pages onto `before` until there are at least so many items. */
  const load = useCallback(
    async (before: readonly T[], cursor: string | undefined, atLeast: number) => {
      latest.current += 1;
      const mine = latest.current;
      let items = before;
      let next = cursor ?? null;
      do {
        const answer = await asking.current(next ?? undefined);
        if (mine !== latest.current) return;
        if (!answer.ok) {
          setState((current) => ({ ...current, about, loading: false, failure: answer.failure }));
          if (answer.failure.kind === 'signed_out') onSignedOut();
          return;
        }
        items = [...items, ...answer.value.items];
        next = answer.value.next;
      } while (next !== null && items.length < atLeast);
      setState({ about, items, next, loading: false, failure: undefined });
    },
    [about, onSignedOut],
  );
  const shown = useRef(0);
  const reload = useCallback(() => {
    if (about !== undefined) void load([], undefined, shown.current);
  }, [about, load]);
  useEffect(() => {
    setState({ about, items: undefined, next: null, loading: true, failure: undefined });
    if (about !== undefined) void load([], undefined, 1);
    return () => {
      latest.current += 1;
    };
  }, [about, load]);

  const { items, next, loading, failure } = state.about === about ? state : empty;
  shown.current = items?.length ?? 0;
  return {
    items,
    hasMore: next !== null,
    loading,
    failure,
    reload,
    loadMore() {
      if (next === null || loading) return;
      setState((current) => ({ ...current, loading: true, failure: undefined }));
      void load(items ?? [], next, 0);
    },
  };
};

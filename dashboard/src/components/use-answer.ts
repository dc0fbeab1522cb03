import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Answer, Failure } from '../api/transport.ts';
import { useAccount } from '../shell/account.ts';

export type Asked<T> = {
  /** The latest answer; stays while it is asked for again. */
  readonly value: T | undefined;
  readonly failure: Failure | undefined;
  readonly loading: boolean;
  readonly reload: () => void;
};

/**
 * Asks once for each `about` (undefined = do not ask yet) and keeps only the answer to the latest question. An answer about
 * something else is dropped at once; a sign-in that has ended is told to the shell.
 */
export const useAnswer = <T>(about: string | undefined, ask: () => Promise<Answer<T>>): Asked<T> => {
  const { onSignedOut } = useAccount();
  const [state, setState] = useState<{ about: string | undefined; answer: Answer<T> | undefined }>();
  const latest = useRef(0);
  const asking = useRef(ask);
  asking.current = ask;

  const load = useCallback(async () => {
    latest.current += 1;
    const mine = latest.current;
    if (about === undefined) return;
    const answer = await asking.current();
    if (mine !== latest.current) return;
    setState({ about, answer });
    if (!answer.ok && answer.failure.kind === 'signed_out') onSignedOut();
  }, [about, onSignedOut]);
  useEffect(() => {
    void load();
    return () => {
      latest.current += 1;
    };
  }, [load]);

  const answer = state?.about === about ? state?.answer : undefined;
  return {
    value: answer?.ok === true ? answer.value : undefined,
    failure: answer?.ok === false ? answer.failure : undefined,
    loading: about !== undefined && answer === undefined,
    reload: () => void load(),
  };
};

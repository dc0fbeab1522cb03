import { useCallback, useEffect, useState } from 'preact/hooks';
import type { Me } from '#contract/api.ts';
import type { Api } from '../api/api.ts';
import { failureWords } from '../api/failure-words.ts';
import { reachOn } from '../api/permission.ts';
import { ArrivalsPage } from '../arrivals/arrivals-page.tsx';
import { Waiting } from '../arrivals/who-is-in.tsx';
import type { Session } from '../session/session.ts';
import { NoAccess, NothingHere, Problem, SignedOut } from './cards.tsx';
import { Header } from './header.tsx';
import { chosenSite, pathHere, rememberSite } from './site-choice.ts';

type Props = {
  readonly api: Api;
  readonly session: Session;
  readonly signedIn: boolean;
  /** Why the sign-in did not work, if it did not. */
  readonly note: string | undefined;
};

type State =
  | { readonly at: 'loading' }
  | { readonly at: 'signed_out'; readonly note: string | undefined }
  | { readonly at: 'problem'; readonly words: string }
  | { readonly at: 'in'; readonly me: Me };

const signInEnded = 'Your sign-in has ended. Please sign in again.';

/** Who is here, and therefore which page. */
export const App = ({ api, session, signedIn, note }: Props) => {
  const [state, setState] = useState<State>(signedIn ? { at: 'loading' } : { at: 'signed_out', note });
  const [site, setSite] = useState<string | undefined>(undefined);

  const askWho = useCallback(async () => {
    setState({ at: 'loading' });
    const answer = await api.me();
    if (answer.ok) {
      setSite((current) => current ?? chosenSite(answer.value));
      setState({ at: 'in', me: answer.value });
    } else if (answer.failure.kind === 'signed_out') setState({ at: 'signed_out', note: signInEnded });
    else setState({ at: 'problem', words: failureWords(answer.failure) });
  }, [api]);
  useEffect(() => {
    if (signedIn) void askWho();
  }, [askWho, signedIn]);

  /** Groups stand in the token, so only a new token knows of a new group. */
  const checkAgain = () => void session.renew().then(askWho);
  const endSession = useCallback(() => setState({ at: 'signed_out', note: signInEnded }), []);
  const me = state.at === 'in' ? state.me : undefined;
  const signOut = me === undefined ? undefined : () => void session.signOut();

  return (
    <>
      {state.at === 'signed_out' ? null : (
        <Header
          me={me}
          sites={me?.sites ?? []}
          site={site}
          onSite={(chosen) => {
            rememberSite(chosen);
            setSite(chosen);
          }}
          onSignOut={signOut}
        />
      )}
      {page()}
    </>
  );

  function page() {
    switch (state.at) {
      case 'loading':
        return (
          <main id="main" class="page" aria-busy="true">
            <Waiting rows={6} />
          </main>
        );
      case 'signed_out':
        return <SignedOut note={state.note} onSignIn={() => void session.signIn(pathHere())} />;
      case 'problem':
        return <Problem words={state.words} onRetry={() => void askWho()} />;
      case 'in': {
        const reach = reachOn('punches', state.me.groups);
        if (state.me.groups.length === 0) return <NoAccess me={state.me} onCheckAgain={checkAgain} />;
        const hasOwn = reach === 'self' && state.me.person !== null;
        if (site === undefined && !hasOwn) return <NothingHere me={state.me} onCheckAgain={checkAgain} />;
        return <ArrivalsPage key={site} api={api} me={state.me} site={site} onSignedOut={endSession} />;
      }
    }
  }
};

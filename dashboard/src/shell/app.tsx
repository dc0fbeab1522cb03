import { useCallback, useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import type { Me } from '#contract/api.ts';
import type { Api } from '../api/api.ts';
import { failureWords } from '../api/failure-words.ts';
import { Waiting } from '../components/waiting.tsx';
import type { Session } from '../session/session.ts';
import { AccountContext } from './account.ts';
import { NoAccess, Problem, SignedOut } from './cards.tsx';
import { CurrentPage } from './current-page.tsx';
import { Header } from './header.tsx';
import { Navigation } from './navigation.tsx';
import { pagesFor } from './pages.ts';
import { pathHere, siteFor, withSite } from './site-choice.ts';

type Props = {
  readonly api: Api;
  readonly session: Session;
  readonly signedIn: boolean;
  /** Why the sign-in did not work, if it did not. */
  readonly note: string | undefined;
  readonly checkInDays: number | undefined;
};

type State =
  | { readonly at: 'loading' }
  | { readonly at: 'signed_out'; readonly note: string | undefined }
  | { readonly at: 'problem'; readonly words: string }
  | { readonly at: 'in'; readonly me: Me };

const signInEnded = 'Your sign-in has ended. Please sign in again.';

/** Who is here, and therefore which pages. */
export const App = ({ api, session, signedIn, note, checkInDays }: Props) => {
  const [state, setState] = useState<State>(signedIn ? { at: 'loading' } : { at: 'signed_out', note });
  const { path, url, route } = useLocation();
  const search = url.includes('?') ? url.slice(url.indexOf('?')) : '';

  const askWho = useCallback(async () => {
    setState({ at: 'loading' });
    const answer = await api.me();
    if (answer.ok) setState({ at: 'in', me: answer.value });
    else if (answer.failure.kind === 'signed_out') setState({ at: 'signed_out', note: signInEnded });
    else setState({ at: 'problem', words: failureWords(answer.failure) });
  }, [api]);
  useEffect(() => {
    if (signedIn) void askWho();
  }, [askWho, signedIn]);

  /** Groups stand in the token, so only a new token knows of a new group. */
  const checkAgain = () => void session.renew().then(askWho);
  const endSession = useCallback(() => setState({ at: 'signed_out', note: signInEnded }), []);
  const me = state.at === 'in' ? state.me : undefined;
  const site = me === undefined ? undefined : siteFor(me, search);
  const signOut = me === undefined ? undefined : () => void session.signOut();

  if (state.at === 'signed_out')
    return <SignedOut note={state.note} onSignIn={() => void session.signIn(pathHere())} />;
  return (
    <>
      <Header
        me={me}
        sites={me?.sites ?? []}
        site={site}
        onSite={(chosen) => route(withSite(path, chosen), true)}
        onSignOut={signOut}
      />
      {me === undefined ? null : <Navigation links={pagesFor(me)} site={site} />}
      {state.at === 'problem' ? <Problem words={state.words} onRetry={() => void askWho()} /> : null}
      {state.at === 'loading' ? (
        <main id="main" class="page" aria-busy="true">
          <Waiting rows={6} />
        </main>
      ) : null}
      {me?.groups.length === 0 ? <NoAccess me={me} onCheckAgain={checkAgain} /> : null}
      {me === undefined || me.groups.length === 0 ? null : (
        <AccountContext.Provider value={{ api, me, site, checkInDays, onSignedOut: endSession }}>
          <CurrentPage onCheckAgain={checkAgain} />
        </AccountContext.Provider>
      )}
    </>
  );
};

// First, before any schema.
import './zod-without-eval.ts';
import { render } from 'preact';
import { LocationProvider } from 'preact-iso/router';
import { makeApi } from './api/api.ts';
import { loadConfig } from './config.ts';
import { makeSession, type Session } from './session/session.ts';
import { App } from './shell/app.tsx';
import { Problem } from './shell/cards.tsx';
import { pathHere } from './shell/site-choice.ts';
import './styles/base.css';
import './styles/shell.css';
import './styles/controls.css';
import './styles/arrivals.css';
import './styles/tables.css';
import './styles/my-days.css';
import './styles/days.css';
import './styles/corrections.css';
import './styles/summary.css';
import './styles/check-in.css';

const start = async (root: HTMLElement): Promise<void> => {
  try {
    const config = await loadConfig(fetch.bind(window));
    const session = makeSession(config, window);
    const arrival = await arrive(session, config.redirectPath);
    if (arrival === 'leaving') return;
    const api = makeApi({ session, fetch: fetch.bind(window) });
    render(
      <LocationProvider>
        <App api={api} session={session} checkInDays={config.checkInDays} {...arrival} />
      </LocationProvider>,
      root,
    );
  } catch (error) {
    const words = error instanceof Error ? error.message : 'The page could not start.';
    render(<Problem words={words} onRetry={() => location.reload()} />, root);
  }
};

/** Whether this load of the page comes back from the sign-in, goes there, or neither. */
const arrive = async (
  session: Session,
  redirectPath: string,
): Promise<'leaving' | { readonly signedIn: boolean; readonly note: string | undefined }> => {
  if (location.pathname === redirectPath) {
    try {
      history.replaceState(null, '', await session.completeSignIn());
      return { signedIn: true, note: undefined };
    } catch {
      history.replaceState(null, '', '/');
      return { signedIn: false, note: 'The sign-in did not finish. Please try once more.' };
    }
  }
  if (session.takeReloadHint()) {
    await session.signIn(pathHere());
    return 'leaving';
  }
  return { signedIn: false, note: undefined };
};

const root = document.getElementById('app');
if (root !== null) void start(root);

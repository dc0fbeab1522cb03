import type { WebRequest, WebResponse } from '../loopback-server.ts';
import { type AuthorizeRequest, completeSignIn, isResponse, readAuthorizeRequest } from './authorize.ts';
import { showConfirmation } from './confirm-user.ts';
import { readForm } from './csrf.ts';
import type { Handler, HostedUi } from './hosted-ui.ts';
import { showNewPassword } from './new-password.ts';
import { verifyPassword } from './password-hash.ts';
import { signInPage } from './sign-in-page.ts';
import { issueConfirmation } from './sign-up.ts';
import type { User } from './user-store.ts';

const wrongPassword = 'Incorrect username or password.';

/** GET and POST /login: the sign-in page. */
export const login: Handler = async (ui, request) => {
  const asked = readAuthorizeRequest(ui, request);
  if (isResponse(asked)) return asked;
  if (request.method !== 'POST') return signInPage(request, asked, { name: asked.loginHint });
  const form = readForm(request);
  if ('status' in form) return form;
  const name = (form.get('username') ?? '').trim();
  const verdict = await judge(ui, asked, name, form.get('password') ?? '');
  if (typeof verdict === 'string') return signInPage(request, asked, { name, alert: verdict });
  return signedIn(ui, request, asked, verdict);
};

/** The user, or why not, in the words of Cognito's page. */
const judge = async (
  ui: HostedUi,
  { pool, client }: AuthorizeRequest,
  name: string,
  password: string,
): Promise<User | string> => {
  const user = pool.users.find(name);
  const key = user?.sub ?? name.toLowerCase();
  if (pool.lockout.isLocked(key)) return 'Password attempts exceeded. Wait a little, then try again.';
  const right = await verifyPassword(password, user?.passwordHash);
  if (user === undefined || !right) {
    pool.lockout.failed(key);
    const tell = user === undefined && client.properties.PreventUserExistenceErrors === 'LEGACY';
    return tell ? 'User does not exist.' : wrongPassword;
  }
  pool.lockout.succeeded(key);
  if (!user.enabled) {
    return client.properties.PreventUserExistenceErrors === 'ENABLED' ? wrongPassword : 'User is disabled.';
  }
  if (user.passwordExpiresAt !== undefined && user.passwordExpiresAt <= ui.now()) {
    return 'Your temporary password has expired. Ask an administrator for a new one.';
  }
  return user;
};

/** What follows a right password: the confirmation, a new password, or back to the application. */
const signedIn = (ui: HostedUi, request: WebRequest, asked: AuthorizeRequest, user: User): WebResponse => {
  if (user.status === 'UNCONFIRMED') {
    issueConfirmation(ui, asked.pool, user);
    return showConfirmation(request, asked, user);
  }
  if (user.status === 'FORCE_CHANGE_PASSWORD') return showNewPassword(ui, request, asked, user);
  return completeSignIn(ui, asked, user);
};

import { html } from '../html.ts';
import type { WebRequest, WebResponse } from '../loopback-server.ts';
import { type AuthorizeRequest, completeSignIn, isResponse, readAuthorizeRequest } from './authorize.ts';
import { csrfToken, readForm } from './csrf.ts';
import type { Handler, HostedUi } from './hosted-ui.ts';
import { errorPage, field, page } from './pages.ts';
import { describePolicy } from './password-policy.ts';
import { signInPage } from './sign-in-page.ts';
import { setPassword } from './sign-up.ts';
import type { User } from './user-store.ts';

const path = '/newPassword';

/** Shown after a right but temporary password; the ticket in it stands for that password. */
export const showNewPassword = (
  ui: HostedUi,
  request: WebRequest,
  asked: AuthorizeRequest,
  user: User,
  alert?: string,
): WebResponse => {
  const csrf = csrfToken(request, path);
  const minutes = asked.client.properties.AuthSessionValidity;
  const ticket = ui.challenges.issue({ sub: user.sub, poolId: asked.pool.id }, minutes * 60_000);
  const hint = describePolicy(asked.pool.properties.Policies.PasswordPolicy);
  return page({
    title: 'Choose a new password',
    alert,
    leadsTo: asked.redirectUri,
    cookies: [csrf.cookie],
    body: html`<p>You signed in with a temporary password. Choose your own to go on.</p>
<form method="post" action="${path}?${asked.rawQuery}">
${csrf.input}
<input type="hidden" name="session" value="${ticket}">
${field({ label: 'New password', name: 'password', type: 'password', autocomplete: 'new-password', hint, focus: true, invalid: alert !== undefined })}
<button type="submit">Save and sign in</button>
</form>`,
  });
};

/** POST /newPassword */
export const newPassword: Handler = async (ui, request) => {
  const asked = readAuthorizeRequest(ui, request);
  if (isResponse(asked)) return asked;
  if (request.method !== 'POST')
    return errorPage('invalid_request', 'This page only follows the sign-in page.');
  const form = readForm(request);
  if ('status' in form) return form;
  const challenge = ui.challenges.take(form.get('session') ?? '');
  const user = challenge?.poolId === asked.pool.id ? asked.pool.users.bySub(challenge.sub) : undefined;
  if (user === undefined || !user.enabled) {
    return signInPage(request, asked, { name: '', alert: 'That took too long. Sign in again.' });
  }
  const refusal = await setPassword(asked.pool, user, form.get('password') ?? '', true, ui.now());
  if (refusal !== undefined) return showNewPassword(ui, request, asked, user, `${refusal.message}.`);
  return completeSignIn(ui, asked, asked.pool.users.bySub(user.sub) ?? user);
};

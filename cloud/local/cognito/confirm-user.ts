import { html } from '../html.ts';
import type { WebRequest, WebResponse } from '../loopback-server.ts';
import { type AuthorizeRequest, isResponse, readAuthorizeRequest } from './authorize.ts';
import { csrfToken, readForm } from './csrf.ts';
import type { Handler } from './hosted-ui.ts';
import { errorPage, field, page } from './pages.ts';
import { signInPage } from './sign-in-page.ts';
import { confirmUser as confirm, issueConfirmation } from './sign-up.ts';
import type { User } from './user-store.ts';

const path = '/confirmUser';

/** Asks for the six digits. Since no mail leaves this machine, the page shows what the mail would have said. */
export const showConfirmation = (
  request: WebRequest,
  asked: AuthorizeRequest,
  user: User,
  shown: { readonly alert?: string; readonly note?: string } = {},
): WebResponse => {
  const csrf = csrfToken(request, path);
  const code = asked.pool.confirmations.get(user.sub)?.code;
  const hidden = html`${csrf.input}<input type="hidden" name="username" value="${user.username}">`;
  return page({
    title: 'Confirm your email',
    alert: shown.alert,
    note: shown.note,
    leadsTo: asked.redirectUri,
    cookies: [csrf.cookie],
    body: html`<p>Type the six digits sent to ${user.attributes.email ?? 'you'}.</p>
<p class="note">Only on this machine: no mail is sent. The code is <span class="code" id="local-code">${code}</span></p>
<form method="post" action="${path}?${asked.rawQuery}">
${hidden}
${field({ label: 'Code', name: 'code', type: 'text', autocomplete: 'one-time-code', digits: true, focus: true, invalid: shown.alert !== undefined })}
<button type="submit">Confirm</button>
</form>
<form method="post" action="${path}?${asked.rawQuery}">
${hidden}
<button class="plain" type="submit" name="resend" value="yes">Send a new code</button>
</form>`,
  });
};

/** POST /confirmUser: after the right code the person signs in with the password just chosen. */
export const confirmUser: Handler = (ui, request) => {
  const asked = readAuthorizeRequest(ui, request);
  if (isResponse(asked)) return asked;
  if (request.method !== 'POST')
    return errorPage('invalid_request', 'This page only follows the sign-up page.');
  const form = readForm(request);
  if ('status' in form) return form;
  const { pool } = asked;
  const user = pool.users.find(form.get('username') ?? '');
  if (user === undefined || user.status !== 'UNCONFIRMED') {
    return signInPage(request, asked, { name: '', note: 'Sign in to go on.' });
  }
  if (form.has('resend')) {
    issueConfirmation(ui, pool, user);
    return showConfirmation(request, asked, user, { note: 'A new code has been made.' });
  }
  const guesses = `code ${user.sub}`;
  if (pool.lockout.isLocked(guesses)) {
    return showConfirmation(request, asked, user, {
      alert: 'Attempt limit exceeded, please try after some time.',
    });
  }
  const verdict = confirm(pool, user, (form.get('code') ?? '').trim(), ui.now());
  if (verdict === 'address taken') {
    return showConfirmation(request, asked, user, { alert: 'An account with this email already exists.' });
  }
  if (verdict === 'wrong code') {
    pool.lockout.failed(guesses);
    return showConfirmation(request, asked, user, {
      alert: 'Invalid verification code provided, please try again.',
    });
  }
  pool.lockout.succeeded(guesses);
  const name = user.attributes.email ?? user.username;
  return signInPage(request, asked, { name, note: 'Your email is confirmed. Sign in to go on.' });
};

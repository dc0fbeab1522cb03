import { html } from '../html.ts';
import type { WebRequest, WebResponse } from '../loopback-server.ts';
import type { AuthorizeRequest } from './authorize.ts';
import { csrfToken } from './csrf.ts';
import { field, page } from './pages.ts';
import { emailIs } from './pool.ts';

/** The sign-in form; `note` tells what has just been done. */
export const signInPage = (
  request: WebRequest,
  asked: AuthorizeRequest,
  shown: { readonly name: string; readonly alert?: string; readonly note?: string },
): WebResponse => {
  const csrf = csrfToken(request, '/login');
  const label = { username: 'Email', alias: 'Username or email', attribute: 'Username' };
  const naming = emailIs(asked.pool.properties);
  const mayJoin = asked.pool.properties.AdminCreateUserConfig.AllowAdminCreateUserOnly !== true;
  const invalid = shown.alert !== undefined;
  return page({
    title: 'Sign in',
    alert: shown.alert,
    note: shown.note,
    leadsTo: asked.redirectUri,
    cookies: [csrf.cookie],
    body: html`<form method="post" action="/login?${asked.rawQuery}">
${csrf.input}
${field({ label: label[naming], name: 'username', type: naming === 'username' ? 'email' : 'text', autocomplete: 'username', value: shown.name, focus: shown.name === '', invalid })}
${field({ label: 'Password', name: 'password', type: 'password', autocomplete: 'current-password', focus: shown.name !== '', invalid })}
<button type="submit">Sign in</button>
</form>
${mayJoin && html`<p class="after">New here? <a href="/signup?${asked.rawQuery}">Create an account</a></p>`}`,
  });
};

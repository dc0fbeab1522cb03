import { html } from '../html.ts';
import type { WebRequest, WebResponse } from '../loopback-server.ts';
import { type AuthorizeRequest, isResponse, readAuthorizeRequest } from './authorize.ts';
import { showConfirmation } from './confirm-user.ts';
import { csrfToken, readForm } from './csrf.ts';
import type { Handler } from './hosted-ui.ts';
import { errorPage, field, page } from './pages.ts';
import { describePolicy } from './password-policy.ts';
import { emailIs } from './pool.ts';
import { createUser, issueConfirmation } from './sign-up.ts';

/** GET and POST /signup: open unless the pool says that only administrators create users. */
export const signUp: Handler = async (ui, request) => {
  const asked = readAuthorizeRequest(ui, request);
  if (isResponse(asked)) return asked;
  if (asked.pool.properties.AdminCreateUserConfig.AllowAdminCreateUserOnly === true) {
    return errorPage('NotAuthorizedException', 'SignUp is not permitted for this user pool.');
  }
  if (request.method !== 'POST') return signUpPage(request, asked, { username: '', email: '' });
  const form = readForm(request);
  if ('status' in form) return form;
  const entered = { username: (form.get('username') ?? '').trim(), email: (form.get('email') ?? '').trim() };
  const naming = emailIs(asked.pool.properties);
  if (naming !== 'username' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(entered.email)) {
    return signUpPage(request, asked, { ...entered, alert: 'Invalid email address format.', about: 'email' });
  }
  const made = await createUser(
    asked.pool,
    {
      name: entered.username,
      password: form.get('password') ?? '',
      attributes: { ...(naming === 'username' ? {} : { email: entered.email }), email_verified: 'false' },
      status: 'UNCONFIRMED',
    },
    ui.now(),
  );
  if ('refused' in made) {
    const about = made.refused === 'InvalidPasswordException' ? 'password' : 'username';
    return signUpPage(request, asked, { ...entered, alert: made.message.replace(/\.?$/, '.'), about });
  }
  issueConfirmation(ui, asked.pool, made);
  return showConfirmation(request, asked, made);
};

type Shown = {
  readonly username: string;
  readonly email: string;
  readonly alert?: string;
  readonly about?: 'username' | 'email' | 'password';
};

const signUpPage = (request: WebRequest, asked: AuthorizeRequest, shown: Shown): WebResponse => {
  const csrf = csrfToken(request, '/signup');
  const byEmail = emailIs(asked.pool.properties) === 'username';
  const hint = describePolicy(asked.pool.properties.Policies.PasswordPolicy);
  const first = shown.about ?? 'username';
  const state = (name: string) => ({ name, focus: first === name, invalid: shown.about === name });
  return page({
    title: 'Create an account',
    alert: shown.alert,
    leadsTo: asked.redirectUri,
    cookies: [csrf.cookie],
    body: html`<form method="post" action="/signup?${asked.rawQuery}">
${csrf.input}
${field({ ...state('username'), label: byEmail ? 'Email' : 'Username', type: byEmail ? 'email' : 'text', autocomplete: 'username', value: shown.username })}
${!byEmail && field({ ...state('email'), label: 'Email', type: 'email', autocomplete: 'email', value: shown.email })}
${field({ ...state('password'), label: 'Password', type: 'password', autocomplete: 'new-password', hint })}
<button type="submit">Create account</button>
</form>
<p class="after">Have an account? <a href="/login?${asked.rawQuery}">Sign in</a></p>`,
  });
};

import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  authorizeQuery,
  createPkce,
  makeBrowser,
  signInByPages,
  signUpByPages,
  startTestCognito,
  type TestCognito,
  testPassword,
  tokensOf,
} from './cognito-for-tests.ts';

let test: TestCognito;
beforeAll(async () => {
  test = await startTestCognito();
});
afterAll(() => test.stop());

const open = async (path: string) => {
  const browser = makeBrowser(test.origin);
  const page = await browser.visit(`${path}?${authorizeQuery(test, createPkce().challenge)}`);
  return { browser, page };
};
const alertOf = (html: string): string => /role="alert">([^<]*)</.exec(html)?.[1] ?? '';

it('lets anybody sign up, confirm the address and sign in, by name or by address, in no group', async () => {
  const confirmed = await signUpByPages(test, 'bea');
  expect(confirmed.html).toContain('Your email is confirmed. Sign in to go on.');
  expect((await tokensOf(test, 'bea')).status).toBe(200);
  const { body } = await tokensOf(test, 'bea@example.org');
  const [, claims = ''] = (body.access_token ?? '').split('.');
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).not.toHaveProperty('cognito:groups');
});

it('asks an unconfirmed person for the code first, and refuses a wrong one', async () => {
  const { browser, page } = await open('/signup');
  await browser.submit(page, { username: 'cem', email: 'cem@example.org', password: testPassword });
  const { back, browser: other } = await signInByPages(test, 'cem');
  expect(back.html).toContain('<h1>Confirm your email</h1>');
  const shown = /id="local-code">(\d{6})</.exec(back.html)?.[1];
  const wrong = await other.submit(back, { code: shown === '000000' ? '000001' : '000000' });
  expect(alertOf(wrong.html)).toBe('Invalid verification code provided, please try again.');
  const resent = await other.submit(wrong, { resend: 'yes' });
  expect(resent.html).toContain('A new code has been made.');
  expect(test.logged.filter(({ event }) => event === 'cognito.confirmation-issued').length).toBeGreaterThan(
    1,
  );
});

it.each([
  ['Short1', 'Password did not conform with policy: Password not long enough.'],
  ['alllowercase1', 'Password did not conform with policy: Password must have uppercase characters.'],
  ['ALLUPPERCASE1', 'Password did not conform with policy: Password must have lowercase characters.'],
  ['NoDigitsInHere', 'Password did not conform with policy: Password must have numeric characters.'],
])('refuses the password %s in words', async (password, words) => {
  const { browser, page } = await open('/signup');
  const answer = await browser.submit(page, { username: 'dan', email: 'dan@example.org', password });
  expect(alertOf(answer.html)).toBe(words);
  expect(answer.html).toContain('value="dan"');
  expect(answer.html).not.toContain(password);
});

it('refuses a name that is taken, and an address as a name', async () => {
  await signUpByPages(test, 'eva');
  const { browser, page } = await open('/signup');
  const form = { username: 'eva', email: 'other@example.org', password: testPassword };
  expect(alertOf((await browser.submit(page, form)).html)).toBe('User already exists.');
  const named = await browser.submit(page, { ...form, username: 'eva@example.org' });
  expect(alertOf(named.html)).toContain('Username cannot be of email format');
});

it('does not confirm an address that somebody else has confirmed', async () => {
  await signUpByPages(test, 'fay', 'shared@example.org');
  const second = await signUpByPages(test, 'fred', 'shared@example.org');
  expect(alertOf(second.html)).toBe('An account with this email already exists.');
});

it('says the same for an unknown user as for a wrong password', async () => {
  await signUpByPages(test, 'gus');
  const { browser, page } = await open('/login');
  const known = await browser.submit(page, { username: 'gus', password: 'Wrong-password-1' });
  const unknown = await browser.submit(page, { username: 'nobody', password: 'Wrong-password-1' });
  expect(alertOf(known.html)).toBe('Incorrect username or password.');
  expect(alertOf(unknown.html)).toBe(alertOf(known.html));
  expect(known.html.replaceAll('gus', 'nobody')).toBe(unknown.html);
});

it('locks a user out after five wrong passwords, longer each time, also for the right one', async () => {
  await signUpByPages(test, 'hal');
  const { browser, page } = await open('/login');
  const attempt = async (password: string) => {
    const answer = await browser.submit(page, { username: 'hal', password });
    return answer.location === '' ? alertOf(answer.html) : 'signed in';
  };
  for (let count = 0; count < 5; count += 1) expect(await attempt('Wrong-1')).toContain('Incorrect');
  expect(await attempt(testPassword)).toContain('Password attempts exceeded');
  test.clock.ms += 1_000;
  expect(await attempt('Wrong-1')).toContain('Incorrect');
  test.clock.ms += 1_999;
  expect(await attempt(testPassword)).toContain('Password attempts exceeded');
  test.clock.ms += 1;
  expect(await attempt(testPassword)).toBe('signed in');
});

it('refuses a form that did not come from its own page', async () => {
  const query = authorizeQuery(test, createPkce().challenge);
  const form = { username: 'bea', password: testPassword };
  const foreign = await makeBrowser(test.origin).visit(`/login?${query}`, { ...form, _csrf: 'guess' });
  expect(foreign).toMatchObject({ status: 400, location: '' });
});

it('shows what people typed as text, never as markup', async () => {
  const { browser, page } = await open('/login');
  const username = '"><script>alert(1)</script>';
  const answer = await browser.submit(page, { username, password: 'x' });
  expect(answer.html).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
  expect(answer.html).not.toContain('<script');
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(answer.headers.get('x-frame-options')).toBe('DENY');
});

it('lets its own style through its content security policy, and the form through to the application', async () => {
  const { page } = await open('/login');
  const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(page.html) ?? [];
  const policy = page.headers.get('content-security-policy');
  expect(style).toContain('color-scheme');
  expect(policy).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`);
  expect(policy).toContain("form-action 'self' http://127.0.0.1:65000;");
});

it('has no sign-up where only administrators create users', async () => {
  const closed = await startTestCognito({
    pool: { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } },
  });
  const browser = makeBrowser(closed.origin);
  const query = authorizeQuery(closed, createPkce().challenge);
  expect((await browser.visit(`/login?${query}`)).html).not.toContain('/signup');
  expect((await browser.visit(`/signup?${query}`)).status).toBe(400);
  await closed.stop();
});

it('uses the address as the name where the pool says so', async () => {
  const byEmail = await startTestCognito({ pool: { AliasAttributes: [], UsernameAttributes: ['email'] } });
  const browser = makeBrowser(byEmail.origin);
  const page = await browser.visit(`/signup?${authorizeQuery(byEmail, createPkce().challenge)}`);
  expect(page.html).toContain('type="email"');
  expect(page.html).not.toContain('name="email"');
  const answer = await browser.submit(page, { username: 'ida@example.org', password: testPassword });
  expect(answer.html).toContain('Type the six digits sent to ida@example.org.');
  await byEmail.stop();
});

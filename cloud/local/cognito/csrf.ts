import { randomBytes, timingSafeEqual } from 'node:crypto';
import { type Html, html } from '../html.ts';
import type { WebRequest, WebResponse } from '../loopback-server.ts';
import { cookieOf } from './hosted-ui.ts';
import { errorPage } from './pages.ts';

const cookieName = 'XSRF-TOKEN';

/** A token that a form carries twice, hidden in it and as a cookie of its own path: a foreign page can set neither. */
export type CsrfToken = { readonly input: Html; readonly cookie: string };

/** The token for the form that posts to `path`; the one the browser has already stays, so that two tabs both work. */
export const csrfToken = (request: WebRequest, path: string): CsrfToken => {
  const token = (request.path === path ? cookieOf(request, cookieName) : undefined) ?? freshToken();
  return {
    input: html`<input type="hidden" name="_csrf" value="${token}">`,
    cookie: `${cookieName}=${token}; HttpOnly; SameSite=Lax; Path=${path}`,
  };
};

const freshToken = (): string => randomBytes(18).toString('base64url');

/** The posted form, or the page that refuses it. */
export const readForm = (request: WebRequest): URLSearchParams | WebResponse => {
  const form = new URLSearchParams(request.body.toString('utf8'));
  const sent = Buffer.from(form.get('_csrf') ?? '');
  const held = Buffer.from(cookieOf(request, cookieName) ?? '');
  const same = sent.length > 0 && sent.length === held.length && timingSafeEqual(sent, held);
  return same
    ? form
    : errorPage('invalid_csrf', 'This form is out of date, or it was not sent from this page.');
};

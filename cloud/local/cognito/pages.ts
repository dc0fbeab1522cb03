import { createHash } from 'node:crypto';
import { Html, html } from '../html.ts';
import type { WebResponse } from '../loopback-server.ts';
import { pagesStyle } from './pages-style.ts';

const rawStyle = new Html(pagesStyle);
const styleHash = createHash('sha256').update(pagesStyle).digest('base64');

export type PageOptions = {
  readonly title: string;
  readonly body: Html;
  readonly status?: number;
  /** What went wrong, in words; read out at once by screen readers. */
  readonly alert?: string | undefined;
  readonly note?: string | undefined;
  /** Where the form may lead: browsers apply `form-action` to the redirect after it, too. */
  readonly leadsTo?: string | undefined;
  readonly cookies?: readonly string[];
};

/** One page of the hosted sign-in, whole, with headers that let nothing else in. */
export const page = (options: PageOptions): WebResponse => {
  const { title, body, alert, note, leadsTo, cookies = [] } = options;
  const formAction = leadsTo === undefined ? "'self'" : `'self' ${new URL(leadsTo).origin}`;
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${alert === undefined ? '' : 'Error: '}${title} – Rollcall</title>
<link rel="icon" href="data:,">
<style>${rawStyle}</style>
</head>
<body>
<main>
<p class="brand">Rollcall</p>
<h1>${title}</h1>
${alert !== undefined && html`<p class="alert" id="alert" role="alert">${alert}</p>`}
${note !== undefined && html`<p class="note" role="status">${note}</p>`}
${body}
</main>
<footer>This page runs on your own machine in place of Amazon Cognito.</footer>
</body>
</html>
`;
  return {
    status: options.status ?? 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; form-action ${formAction}; base-uri 'none'; frame-ancestors 'none'`,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      ...(cookies.length > 0 ? { 'set-cookie': cookies } : {}),
    },
    body: document.text,
  };
};

/** A request that no page can help with; `code` is Cognito's word for it. */
export const errorPage = (code: string, detail: string): WebResponse =>
  page({
    title: 'This sign-in link does not work',
    status: 400,
    body: html`<p>${detail}</p>
<p>Go back to the application and start again. If it happens again, tell whoever runs it: <code>${code}</code>.</p>`,
  });

export type Field = {
  readonly label: string;
  readonly name: string;
  readonly type: 'email' | 'text' | 'password';
  readonly autocomplete: string;
  readonly value?: string;
  readonly hint?: string;
  readonly invalid?: boolean;
  readonly focus?: boolean;
  readonly digits?: boolean;
};

/** A labelled input, tied to its hint and to the page's alert for those who cannot see them together. */
export const field = (options: Field): Html => {
  const described = [
    options.hint !== undefined && `${options.name}-hint`,
    options.invalid === true && 'alert',
  ].filter((id) => id !== false);
  return html`<div>
<label for="${options.name}">${options.label}</label>
${options.hint !== undefined && html`<p class="hint" id="${options.name}-hint">${options.hint}</p>`}
<input id="${options.name}" name="${options.name}" type="${options.type}" value="${options.value}" autocomplete="${options.autocomplete}" autocapitalize="none" spellcheck="false" required${options.digits === true && html` inputmode="numeric" pattern="[0-9]{6}" maxlength="6"`}${options.focus === true && html` autofocus`}${options.invalid === true && html` aria-invalid="true"`}${described.length > 0 && html` aria-describedby="${described.join(' ')}"`}>
</div>`;
};

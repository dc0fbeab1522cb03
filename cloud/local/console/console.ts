import { readFileSync } from 'node:fs';
import type { ConsoleSite } from '../gateway/gateway.ts';
import type { ServiceResponse } from '../gateway/service.ts';
import { answerFaults } from './faults-api.ts';
import { refuseForeign } from './loopback-only.ts';
import { renderPage, renderSections } from './page.ts';
import { consolePath } from './paths.ts';
import { methodNotAllowed, problem } from './problem.ts';
import { type ConsoleSources, lookAt } from './state.ts';

/** Nothing from elsewhere, nothing inline, nothing of it in a frame. */
const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

const answer = (contentType: string, body: string): ServiceResponse => ({
  status: 200,
  headers: { ...pageHeaders, 'content-type': contentType },
  body,
});

/** The page at `/_local` and its JSON, in place of AWS's console. */
export const makeConsole = (sources: ConsoleSources): ConsoleSite => {
  const styles = ['./page.css', './parts.css'].map((name) =>
    readFileSync(new URL(name, import.meta.url), 'utf8'),
  );
  const script = readFileSync(new URL('./page-script.mjs', import.meta.url), 'utf8');
  const pages: Readonly<Record<string, () => ServiceResponse>> = {
    '': () => answer('text/html; charset=utf-8', renderPage(lookAt(sources))),
    '/page.css': () => answer('text/css; charset=utf-8', styles.join('\n')),
    '/page-script.mjs': () => answer('text/javascript; charset=utf-8', script),
    '/sections': () => answer('application/json', JSON.stringify(renderSections(lookAt(sources)))),
    '/state': () => answer('application/json', `${JSON.stringify(lookAt(sources), undefined, 2)}\n`),
  };

  return async (request) => {
    const refusal = refuseForeign(request);
    if (refusal !== undefined) return refusal;
    const [path = ''] = request.url.split('?');
    const below = path.slice(consolePath.length).replace(/\/$/, '');
    if (/^\/faults(\/|$)/.test(below)) return answerFaults(sources.faults, consolePath + below, request);
    const render = Object.hasOwn(pages, below) ? pages[below] : undefined;
    if (render === undefined)
      return problem(
        404,
        'No such page',
        `${consolePath} has: ${[...Object.keys(pages), '/faults'].join(' ')}`,
      );
    return request.method === 'GET' || request.method === 'HEAD' ? render() : methodNotAllowed('GET', 'HEAD');
  };
};

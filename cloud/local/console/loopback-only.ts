import type { ServiceResponse } from '../gateway/service.ts';
import type { SignedRequest } from '../gateway/sigv4.ts';
import { problem } from './problem.ts';

/** Far more than any rule needs. */
const maxBodyBytes = 16 * 1024;

/**
 * Nobody signs here, so what keeps other web sites out is this: the name must be one of this machine (a foreign name that
 * resolves to 127.0.0.1 is DNS rebinding), whatever a browser says about the page that asks must be this very site (a form or
 * script of another site is a forgery), and a change needs a content type that no form can send.
 */
export const refuseForeign = ({
  method,
  headers,
  body,
}: Pick<SignedRequest, 'method' | 'headers' | 'body'>): ServiceResponse | undefined => {
  const { host = '', origin } = headers;
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host))
    return problem(403, 'Unknown host', 'Ask 127.0.0.1 or localhost: no other name is answered.');
  if (origin !== undefined && origin !== `http://${host}`)
    return problem(403, 'Foreign origin', 'Pages of other origins may not ask here.');
  const site = headers['sec-fetch-site'] ?? 'none';
  // Another port of this machine is `same-site`; a link that somebody follows may come from anywhere.
  if (!['same-origin', 'none'].includes(site) && headers['sec-fetch-mode'] !== 'navigate')
    return problem(403, 'Foreign origin', 'Pages of other sites may not ask here.');
  if (body.length > maxBodyBytes)
    return problem(413, 'Body too large', `Send at most ${maxBodyBytes} bytes.`);
  const [contentType = ''] = (headers['content-type'] ?? '').split(';');
  if (method === 'POST' && contentType.trim().toLowerCase() !== 'application/json')
    return problem(415, 'JSON expected', 'Send the rule with the content type application/json.');
  return undefined;
};

import type { WebRequest, WebResponse } from '../loopback-server.ts';
import { authorize } from './authorize.ts';
import { confirmUser } from './confirm-user.ts';
import type { Handler, HostedUi } from './hosted-ui.ts';
import { login } from './login.ts';
import { newPassword } from './new-password.ts';
import { jwksDocument, logout, openIdConfiguration, revoke, userInfo } from './oauth-endpoints.ts';
import { errorPage } from './pages.ts';
import { signUp } from './sign-up-page.ts';
import { crossOrigin, token } from './token-endpoint.ts';

const handlers: Readonly<Record<string, Handler>> = {
  '/oauth2/authorize': authorize,
  '/oauth2/token': token,
  '/oauth2/revoke': revoke,
  '/oauth2/userInfo': userInfo,
  '/login': login,
  '/signup': signUp,
  '/confirmUser': confirmUser,
  '/newPassword': newPassword,
  '/logout': logout,
};

const wellKnown = /^\/([^/]+)\/\.well-known\/(jwks\.json|openid-configuration)$/;

/** Answers every request to the hosted pages and the OAuth endpoints of all pools. */
export const answerWeb = async (ui: HostedUi, request: WebRequest): Promise<WebResponse> => {
  const [, poolId = '', document] = wellKnown.exec(request.path) ?? [];
  const pool = ui.pools.get(poolId);
  const crossOriginPath = request.path.startsWith('/oauth2/') || document !== undefined;
  if (request.method === 'OPTIONS' && crossOriginPath) return preflight;
  if (pool !== undefined) {
    return document === 'jwks.json' ? jwksDocument(pool) : openIdConfiguration(ui, pool);
  }
  const handler = handlers[request.path];
  if (handler === undefined) return { ...errorPage('not_found', 'There is no such page here.'), status: 404 };
  if (!['GET', 'HEAD', 'POST'].includes(request.method))
    return { status: 405, headers: { allow: 'GET, POST' } };
  return await handler(ui, request);
};

const preflight: WebResponse = {
  status: 204,
  headers: {
    ...crossOrigin,
    'access-control-allow-methods': 'GET, POST, OPTIONS',
    'access-control-allow-headers': 'authorization, content-type',
    'access-control-max-age': '3600',
  },
};

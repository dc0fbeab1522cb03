import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { LocalLog } from '../account.ts';
import { PublicHosts } from '../public-hosts.ts';
import { makeCognito } from './cognito.ts';

/** Where the tests' application lives: by its public name and on loopback. Nothing listens there. */
const appOrigin = 'http://127.0.0.1:65000';
export const callback = `${appOrigin}/callback`;

/** What the stack declares, so that the tests read like its template. */
const poolProperties = {
  AliasAttributes: ['email'],
  AutoVerifiedAttributes: ['email'],
  AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
  Policies: {
    PasswordPolicy: {
      MinimumLength: 12,
      RequireLowercase: true,
      RequireUppercase: true,
      RequireNumbers: true,
      RequireSymbols: false,
    },
  },
  Schema: [{ Name: 'email', Required: true, Mutable: true }],
};
const clientProperties = {
  AllowedOAuthFlows: ['code'],
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthScopes: ['openid', 'rollcall/read', 'rollcall/write'],
  CallbackURLs: ['https://d111.cloudfront.net/', 'https://d111.cloudfront.net/callback'],
  LogoutURLs: ['https://d111.cloudfront.net/'],
  PreventUserExistenceErrors: 'ENABLED',
  AccessTokenValidity: 15,
  IdTokenValidity: 15,
  RefreshTokenValidity: 600,
  TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'minutes' },
};

export type TestCognitoOptions = {
  readonly stateDir?: string;
  readonly pool?: Readonly<Record<string, unknown>>;
  readonly client?: Readonly<Record<string, unknown>>;
};

/** A started Cognito with one pool, one client and the groups `hr` and `staff`, under a clock that only tests move. */
export const startTestCognito = async (options: TestCognitoOptions = {}) => {
  const stateDir = options.stateDir ?? fs.mkdtempSync(path.join(os.tmpdir(), 'cognito-'));
  const clock = { ms: Date.UTC(2030, 0, 7, 9, 0, 0, 500) };
  const hosts = new PublicHosts();
  hosts.register('d111.cloudfront.net', appOrigin);
  const logged: { event: string; fields: unknown }[] = [];
  const log: LocalLog = {
    info: (event, fields) => logged.push({ event, fields }),
    warn: (event, fields) => logged.push({ event, fields }),
  };
  const cognito = makeCognito({ stateDir, now: () => clock.ms, log, hosts });
  const create = async (kind: string, logicalId: string, properties: Readonly<Record<string, unknown>>) => {
    const type = `AWS::Cognito::${kind}`;
    const provider = cognito.providers.find((each) => each.type === type);
    if (provider === undefined) throw new Error(`no provider for ${type}`);
    const parsed = provider.properties.parse(properties);
    return await provider.create({ logicalId, type, stackName: 'test', properties: parsed });
  };
  await cognito.start();
  const pool = await create('UserPool', 'Pool', { ...poolProperties, ...options.pool });
  const UserPoolId = pool.ref;
  await create('UserPoolResourceServer', 'Server', {
    UserPoolId,
    Identifier: 'rollcall',
    Name: 'rollcall',
    Scopes: ['read', 'write'].map((ScopeName) => ({ ScopeName, ScopeDescription: ScopeName })),
  });
  const client = await create('UserPoolClient', 'Client', {
    UserPoolId,
    ...clientProperties,
    ...options.client,
  });
  const other = await create('UserPoolClient', 'OtherClient', { UserPoolId, ...clientProperties });
  for (const GroupName of ['hr', 'staff'])
    await create('UserPoolGroup', GroupName, { UserPoolId, GroupName });
  await create('UserPoolDomain', 'Domain', { UserPoolId, Domain: 'rollcall-test' });
  return {
    cognito,
    hosts,
    clock,
    logged,
    stateDir,
    poolId: UserPoolId,
    clientId: client.ref,
    otherClientId: other.ref,
    issuer: pool.attributes.ProviderURL ?? '',
    origin: hosts.toLoopback('https://rollcall-test.auth.eu-central-1.amazoncognito.com'),
    stop: async () => {
      await cognito.stop();
      if (options.stateDir === undefined) fs.rmSync(stateDir, { recursive: true, force: true });
    },
  };
};
export type TestCognito = Awaited<ReturnType<typeof startTestCognito>>;

/** A fresh PKCE pair (RFC 7636). */
export const createPkce = () => {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
};

/** The query of an authorization request. */
export const authorizeQuery = (
  { clientId }: { readonly clientId: string },
  challenge: string,
  changes: Readonly<Record<string, string>> = {},
): string =>
  new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: callback,
    scope: 'openid rollcall/read',
    state: 'st',
    nonce: 'no',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...changes,
  }).toString();

export type Page = {
  readonly status: number;
  readonly html: string;
  /** Where it redirects to, absolute; empty when it does not. */
  readonly location: string;
  readonly headers: Headers;
};

/** As much of a browser as the pages need without script: cookies with their paths, links, forms; redirects are followed on its own origin. */
export const makeBrowser = (origin: string) => {
  const cookies = new Map<string, { name: string; value: string; path: string }>();
  const visit = async (target: string, form?: Readonly<Record<string, string>>): Promise<Page> => {
    const url = new URL(target, origin);
    const sent = [...cookies.values()].filter(({ path: at }) => url.pathname.startsWith(at));
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: sent.map(({ name, value }) => `${name}=${value}`).join('; ') },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = '', at = '/'] = /^([^=]+)=([^;]*).*Path=([^;]+)/.exec(line) ?? [];
      if (line.includes('Max-Age=0')) cookies.delete(name + at);
      else cookies.set(name + at, { name, value, path: at });
    }
    const { status, headers } = response;
    const location = headers.get('location');
    const absolute = location === null ? '' : new URL(location, url).href;
    if (absolute.startsWith(origin)) return await visit(absolute);
    return { status, html: await response.text(), location: absolute, headers };
  };
  /** Fills in the page's first form that has a field of every given name, and sends it. */
  const submit = async (page: Page, fields: Readonly<Record<string, string>>): Promise<Page> => {
    const forms = page.html.match(/<form[\s\S]*?<\/form>/g) ?? [];
    const form = forms.find((each) => Object.keys(fields).every((name) => each.includes(`name="${name}"`)));
    if (form === undefined)
      throw new Error(`no form with ${Object.keys(fields).join(', ')} in\n${page.html}`);
    const hidden = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    const action = /action="([^"]+)"/.exec(form)?.[1]?.replaceAll('&amp;', '&') ?? '';
    return await visit(action, {
      ...Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value])),
      ...fields,
    });
  };
  return { visit, submit, cookies };
};

export const testPassword = 'Correct-horse-7';

/** Signs somebody up by the pages and confirms the address with the code that the page shows. */
export const signUpByPages = async (
  test: TestCognito,
  username: string,
  email = `${username}@example.org`,
) => {
  const browser = makeBrowser(test.origin);
  const signUp = await browser.visit(`/signup?${authorizeQuery(test, createPkce().challenge)}`);
  const confirmation = await browser.submit(signUp, { username, email, password: testPassword });
  const code = /id="local-code">(\d{6})</.exec(confirmation.html)?.[1] ?? '';
  return await browser.submit(confirmation, { code });
};

/** Signs in by the pages; `back` is what follows, and `code` is empty when that is another page. */
export const signInByPages = async (
  test: TestCognito,
  username: string,
  changes: Readonly<Record<string, string>> = {},
  password = testPassword,
) => {
  const browser = makeBrowser(test.origin);
  const { verifier, challenge } = createPkce();
  const page = await browser.visit(`/oauth2/authorize?${authorizeQuery(test, challenge, changes)}`);
  const back = await browser.submit(page, { username, password });
  const code = new URLSearchParams(back.location.split('?')[1]).get('code') ?? '';
  return { code, verifier, back, browser };
};

/** POST /oauth2/token */
export const requestTokens = async (test: TestCognito, form: Readonly<Record<string, string>>) => {
  const response = await fetch(`${test.origin}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: test.clientId, redirect_uri: callback, ...form }),
  });
  const body = (await response.json()) as Record<string, string>;
  return { status: response.status, body, headers: response.headers };
};

/** The whole exchange: tokens of a user who signs in by the pages. */
export const tokensOf = async (
  test: TestCognito,
  username: string,
  changes?: Readonly<Record<string, string>>,
) => {
  const { code, verifier } = await signInByPages(test, username, changes);
  return await requestTokens(test, { grant_type: 'authorization_code', code, code_verifier: verifier });
};

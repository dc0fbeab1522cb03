import { createHash, randomBytes } from 'node:crypto';

/** Where a client of the user pool signs in; what the dashboard reads from its config.json. */
export type SignInEndpoints = {
  readonly signInUrl: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
};

export type Credentials = { readonly username: string; readonly password: string };

/** Signs a user in and returns the access token; see `fetchTokens`. */
export const signIn = async (endpoints: SignInEndpoints, user: Credentials): Promise<string> =>
  (await fetchTokens(endpoints, user)).access;

/**
 * Signs a user in as a browser does: the hosted page's form, then the code exchanged with its PKCE verifier.
 * Throws with the page's own words when it refuses.
 */
export async function fetchTokens(
  endpoints: SignInEndpoints,
  user: Credentials,
): Promise<{ readonly access: string /** Only with the scope `openid`. */; readonly id?: string }> {
  const verifier = randomBytes(32).toString('base64url');
  const code = await authorize(endpoints, user, verifier);
  const answer = await fetch(`${endpoints.signInUrl}/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: endpoints.clientId,
      redirect_uri: endpoints.redirectUri,
      code,
      code_verifier: verifier,
    }),
  });
  const body = (await answer.json()) as { access_token?: string; id_token?: string; error?: string };
  if (!answer.ok || body.access_token === undefined) {
    throw new Error(`the token endpoint refused the code: ${body.error ?? answer.status}`);
  }
  return {
    access: body.access_token,
    ...(body.id_token === undefined ? {} : { id: body.id_token }),
  };
}

async function authorize(endpoints: SignInEndpoints, user: Credentials, verifier: string): Promise<string> {
  const url = `${endpoints.signInUrl}/oauth2/authorize?${new URLSearchParams({
    response_type: 'code',
    client_id: endpoints.clientId,
    redirect_uri: endpoints.redirectUri,
    scope: endpoints.scopes.join(' '),
    state: randomBytes(8).toString('hex'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })}`;
  const jar = new Map<string, string>();
  const page = await follow(url, jar, endpoints.redirectUri);
  if ('code' in page) return page.code;
  const answered = await follow(
    page.url,
    jar,
    endpoints.redirectUri,
    new URLSearchParams({ ...page.fields, ...user }),
  );
  if ('code' in answered) return answered.code;
  throw new Error(`sign-in as ${user.username} was refused by the hosted page`);
}

type Page = { readonly url: string; readonly fields: Readonly<Record<string, string>> };

/** Follows redirects with cookies until the redirect URI (then the code) or a page with a form (then its fields). */
async function follow(
  start: string,
  jar: Map<string, string>,
  redirectUri: string,
  form?: URLSearchParams,
): Promise<Page | { readonly code: string }> {
  let url = start;
  let body = form;
  for (let hop = 0; hop < 10; hop += 1) {
    const answer: Response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(body === undefined ? {} : { method: 'POST', body }),
    });
    body = undefined;
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      jar.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location === null) return readForm(url, await answer.text());
    url = new URL(location, url).href;
    if (url.startsWith(redirectUri)) {
      const target = new URL(url).searchParams;
      const code = target.get('code');
      if (code === null) throw new Error(`the hosted page refused: ${target.get('error') ?? 'no code'}`);
      return { code };
    }
  }
  throw new Error('the hosted page redirects without end');
}

function readForm(pageUrl: string, html: string): Page {
  const action = /<form[^>]*\saction="([^"]*)"/.exec(html)?.[1];
  if (action === undefined) throw new Error(`no sign-in form at ${new URL(pageUrl).origin}`);
  const inputs = [...html.matchAll(/<input[^>]*>/g)].map((match) => match[0]);
  const fields = inputs.flatMap((input) => {
    const name = /\sname="([^"]*)"/.exec(input)?.[1];
    return name === undefined
      ? []
      : [[name, unescapeHtml(/\svalue="([^"]*)"/.exec(input)?.[1] ?? '')] as const];
  });
  return { url: new URL(unescapeHtml(action), pageUrl).href, fields: Object.fromEntries(fields) };
}

const unescapeHtml = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

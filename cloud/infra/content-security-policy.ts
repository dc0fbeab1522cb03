/**
 * What the dashboard's pages may load and reach: themselves, and the hosted sign-in pages for the token exchange.
 * No inline script or style anywhere.
 */
export const contentSecurityPolicy = (signInUrl: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${signInUrl}`,
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');

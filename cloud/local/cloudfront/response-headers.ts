import type { ResponseHeadersPolicy } from './schemas.ts';

type Headers = Readonly<Record<string, string | readonly string[]>>;

/**
 * The answer's headers after a response headers policy: removed, added, or replaced where the policy overrides.
 * `toBrowser` turns AWS's public origins inside a value (a content security policy names them) into loopback ones.
 */
export const applyResponseHeaders = (
  policy: ResponseHeadersPolicy | undefined,
  headers: Headers,
  toBrowser: (text: string) => string,
): Headers => {
  if (policy === undefined) return headers;
  const removed = new Set(
    (policy.RemoveHeadersConfig?.Items ?? []).map(({ Header }) => Header.toLowerCase()),
  );
  const result: Record<string, string | readonly string[]> = Object.fromEntries(
    Object.entries(headers).filter(([name]) => !removed.has(name)),
  );
  for (const { name, value, override } of headersOf(policy)) {
    if (override || result[name] === undefined) result[name] = toBrowser(value);
  }
  return result;
};

type PolicyHeader = { readonly name: string; readonly value: string; readonly override: boolean };

const headersOf = (policy: ResponseHeadersPolicy): PolicyHeader[] => {
  const security = policy.SecurityHeadersConfig ?? {};
  const { ContentSecurityPolicy: csp, ContentTypeOptions: type, FrameOptions: frame } = security;
  const { ReferrerPolicy: referrer, StrictTransportSecurity: transport } = security;
  return [
    ...(policy.CustomHeadersConfig?.Items ?? []).map(({ Header, Value, Override }) => ({
      name: Header.toLowerCase(),
      value: Value,
      override: Override,
    })),
    ...named('content-security-policy', csp, csp?.ContentSecurityPolicy),
    ...named('x-content-type-options', type, 'nosniff'),
    ...named('x-frame-options', frame, frame?.FrameOption),
    ...named('referrer-policy', referrer, referrer?.ReferrerPolicy),
    // Sent as on https, so that a test can see it; over plain http on loopback browsers ignore it.
    ...named(
      'strict-transport-security',
      transport,
      `max-age=${transport?.AccessControlMaxAgeSec}${transport?.IncludeSubdomains ? '; includeSubDomains' : ''}${transport?.Preload ? '; preload' : ''}`,
    ),
  ];
};

const named = (
  name: string,
  setting: { readonly Override: boolean } | undefined,
  value: string | undefined,
): PolicyHeader[] =>
  setting === undefined || value === undefined ? [] : [{ name, value, override: setting.Override }];

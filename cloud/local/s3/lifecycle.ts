import type { LifecycleRule } from './bucket-resource.ts';
import type { StoredObject } from './object-store.ts';

const dayMs = 24 * 60 * 60_000;

type Expiry = { readonly atMs: number; readonly rule: LifecycleRule };

/**
 * When the first of a bucket's rules lets an object go (epoch milliseconds), and which rule that is; undefined when none does.
 * The days are added to the time of the upload and rounded up to the next midnight UTC.
 * Source: S3 user guide, "Lifecycle configuration elements", rules based on an object's age.
 */
export const expiryOf = (
  { key, modifiedAt }: Pick<StoredObject, 'key' | 'modifiedAt'>,
  rules: readonly LifecycleRule[],
): Expiry | undefined => {
  const uploadDay = Math.floor(Date.parse(modifiedAt) / dayMs);
  return rules
    .flatMap((rule): Expiry[] => {
      const { Status, ExpirationInDays, Prefix = '' } = rule;
      if (Status !== 'Enabled' || ExpirationInDays === undefined || !key.startsWith(Prefix)) return [];
      return [{ atMs: (uploadDay + ExpirationInDays + 1) * dayMs, rule }];
    })
    .sort((a, b) => a.atMs - b.atMs)[0];
};

/** The header by which S3 tells, at an upload and at each reading, when and by which rule an object goes. */
export const expirationHeader = (
  object: Pick<StoredObject, 'key' | 'modifiedAt'>,
  rules: readonly LifecycleRule[],
): Record<string, string> => {
  const expiry = expiryOf(object, rules);
  if (expiry === undefined) return {};
  const date = new Date(expiry.atMs).toUTCString();
  const rule = encodeURIComponent(expiry.rule.Id ?? '');
  return { 'x-amz-expiration': `expiry-date="${date}", rule-id="${rule}"` };
};

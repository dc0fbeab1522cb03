import type { OnConflict, ProvisioningPlan } from './provisioning-template.ts';
import type { Thing } from './registry.ts';

/** The thing to write, or a conflict because an override setting says FAIL and the thing exists. */
export type MergedThing = { readonly ok: true; readonly thing: Thing } | { readonly ok: false };

/** Applies a template's OverrideSettings to a thing that may already exist. */
export const mergeThing = (
  existing: Readonly<Thing> | undefined,
  { name, attributes, onConflict }: NonNullable<ProvisioningPlan['thing']>,
): MergedThing => {
  if (existing === undefined) return { ok: true, thing: { name, attributes: { ...attributes } } };
  if (onConflict === 'FAIL') return { ok: false };
  const settled: Record<Exclude<OnConflict, 'FAIL'>, Thing['attributes']> = {
    DO_NOTHING: existing.attributes,
    REPLACE: { ...attributes },
    MERGE: { ...existing.attributes, ...attributes },
  };
  return { ok: true, thing: { name, attributes: settled[onConflict] } };
};

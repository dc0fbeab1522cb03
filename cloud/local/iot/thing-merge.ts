import type { OnConflict, ProvisioningPlan } from './provisioning-template.ts';
import type { Thing } from './registry.ts';

/** The thing to write, or a conflict because an override setting says FAIL and the thing exists. */
export type MergedThing = { readonly ok: true; readonly thing: Thing } | { readonly ok: false };

const settle = <T>(setting: OnConflict, old: T, wanted: T, merge: (old: T, wanted: T) => T): T => {
  if (setting === 'REPLACE') return wanted;
  return setting === 'MERGE' ? merge(old, wanted) : old;
};

/** Applies a template's OverrideSettings to a thing that may already exist. */
export const mergeThing = (
  existing: Readonly<Thing> | undefined,
  wanted: NonNullable<ProvisioningPlan['thing']>,
): MergedThing => {
  const { name, onConflict } = wanted;
  const createThing = (
    typeName: string | undefined,
    groups: readonly string[],
    attributes: Readonly<Record<string, string>>,
  ): MergedThing => ({
    ok: true,
    thing: {
      name,
      ...(typeName === undefined ? {} : { typeName }),
      groups: [...groups],
      attributes: { ...attributes },
    },
  });
  if (existing === undefined) return createThing(wanted.typeName, wanted.groups, wanted.attributes);
  if (Object.values(onConflict).includes('FAIL')) return { ok: false };
  return createThing(
    settle(onConflict.typeName, existing.typeName, wanted.typeName, (_, name) => name),
    settle<readonly string[]>(onConflict.groups, existing.groups, wanted.groups, (old, more) => [
      ...new Set([...old, ...more]),
    ]),
    settle<Readonly<Record<string, string>>>(
      onConflict.attributes,
      existing.attributes,
      wanted.attributes,
      (old, more) => ({ ...old, ...more }),
    ),
  );
};

import type { z } from 'zod';
import { containsUnknown } from './intrinsics.ts';

/** What a schema finds wrong with a resource's properties, one line each; names the property, never shows its value. */
export const propertyProblems = (schema: z.ZodType, properties: unknown): readonly string[] => {
  try {
    const parsed = schema.safeParse(properties);
    if (parsed.success) return [];
    return parsed.error.issues.flatMap((issue) => describe(issue, properties));
  } catch (error) {
    // A schema's own transformation failed. If it met a value that is not known yet, it will run again at creation.
    return containsUnknown(properties) ? [] : [(error as Error).message];
  }
};

const describe = (issue: z.core.$ZodIssue, properties: unknown): readonly string[] => {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `property ${dotted([...issue.path, key])} is not emulated`);
  }
  if (containsUnknown(valueAt(properties, issue.path))) return [];
  const where = issue.path.length === 0 ? 'its properties' : `property ${dotted(issue.path)}`;
  if (issue.code === 'invalid_union') {
    const nested = issue.errors.map((inner) =>
      inner.flatMap((one) =>
        describe({ ...one, path: [...issue.path, ...one.path] } as z.core.$ZodIssue, properties),
      ),
    );
    // The alternative with the fewest objections is most likely the one that was meant.
    const closest = nested.toSorted((a, b) => a.length - b.length)[0];
    if (closest !== undefined && closest.length > 0) return closest;
  }
  return [`${where}: ${issue.message}`];
};

const dotted = (path: readonly PropertyKey[]): string => path.map(String).join('.');

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );

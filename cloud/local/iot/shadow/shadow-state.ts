import { isDeepStrictEqual } from 'node:util';

/** A JSON object of a shadow: its `desired` or `reported` section, or something inside one. */
export type Section = { readonly [key: string]: unknown };

/** Beside every value of a section, when it was last written: epoch seconds. */
export type Metadata = { readonly [key: string]: unknown };

/** One section and its metadata; undefined when it is empty: then it is not in the document. */
export type Stamped = { readonly state: Section; readonly metadata: Metadata } | undefined;

export const isSection = (value: unknown): value is Section =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const stamp = (value: unknown, timestamp: number): unknown => {
  if (Array.isArray(value)) return value.map((element) => stamp(element, timestamp));
  if (!isSection(value)) return { timestamp };
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, stamp(inner, timestamp)]));
};

const inside = (section: Section | undefined, key: string): Section | undefined => {
  const value = section !== undefined && Object.hasOwn(section, key) ? section[key] : undefined;
  return isSection(value) ? value : undefined;
};

const merge = (
  old: { readonly state: Section; readonly metadata: Metadata },
  change: Section,
  timestamp: number,
): { readonly state: Section; readonly metadata: Metadata } => {
  const state = new Map(Object.entries(old.state));
  const metadata = new Map(Object.entries(old.metadata));
  for (const [key, value] of Object.entries(change)) {
    if (value === null) {
      state.delete(key);
      metadata.delete(key);
    } else if (isSection(value)) {
      const under = {
        state: inside(old.state, key) ?? {},
        // Where a plain value stood before, its timestamp is not one of the new object's.
        metadata: inside(old.state, key) === undefined ? {} : (inside(old.metadata, key) ?? {}),
      };
      const merged = merge(under, value, timestamp);
      state.set(key, merged.state);
      metadata.set(key, merged.metadata);
    } else {
      state.set(key, value);
      metadata.set(key, stamp(value, timestamp));
    }
  }
  return { state: Object.fromEntries(state), metadata: Object.fromEntries(metadata) };
};

/**
 * A section after an update: objects are merged, arrays and plain values replaced, null deletes, and null for the whole
 * section removes it. `timestamp` is epoch seconds. Source: AWS IoT developer guide, "Device Shadow service documents".
 */
export const updateSection = (
  old: Stamped,
  change: Section | null | undefined,
  timestamp: number,
): Stamped => {
  if (change === undefined) return old;
  if (change === null) return undefined;
  const merged = merge(old ?? { state: {}, metadata: {} }, change, timestamp);
  return Object.keys(merged.state).length === 0 ? undefined : merged;
};

/** What was desired and is not reported so, with its metadata; undefined when nothing differs. */
export const deltaOf = (desired: Stamped, reported: Section | undefined): Stamped => {
  if (desired === undefined) return undefined;
  const state = new Map<string, unknown>();
  const metadata = new Map<string, unknown>();
  for (const [key, wanted] of Object.entries(desired.state)) {
    const actual = reported !== undefined && Object.hasOwn(reported, key) ? reported[key] : undefined;
    if (isSection(wanted) && isSection(actual)) {
      const under = { state: wanted, metadata: inside(desired.metadata, key) ?? {} };
      const differs = deltaOf(under, actual);
      if (differs === undefined) continue;
      state.set(key, differs.state);
      metadata.set(key, differs.metadata);
    } else if (!isDeepStrictEqual(wanted, actual)) {
      state.set(key, wanted);
      metadata.set(key, desired.metadata[key]);
    }
  }
  return state.size === 0
    ? undefined
    : { state: Object.fromEntries(state), metadata: Object.fromEntries(metadata) };
};

/** What an accepted update answers: the timestamps of just what was sent; deleted keys have none. */
export const stampsOf = (change: Section | null | undefined, timestamp: number): Metadata | undefined =>
  isSection(change) ? (stamp(withoutNulls(change), timestamp) as Metadata) : undefined;

const withoutNulls = (section: Section): Section =>
  Object.fromEntries(
    Object.entries(section).flatMap(([key, value]) => {
      if (value === null) return [];
      return [[key, isSection(value) ? withoutNulls(value) : value]];
    }),
  );

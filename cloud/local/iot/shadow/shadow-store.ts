import { z } from 'zod';
import { openMessageFolder, safeName } from '../sessions/message-folder.ts';
import type { Stamped } from './shadow-state.ts';

/** Which shadow: a thing's classic one has no name. */
export type ShadowKey = { readonly thing: string; readonly shadow: string | undefined };

/** A shadow as it is kept. `version` grows with every change and survives a deletion; `timestamp` is epoch seconds. */
export type StoredShadow = {
  readonly version: number;
  readonly timestamp: number;
  /** Undefined once deleted. */
  readonly document: { readonly desired: Stamped; readonly reported: Stamped } | undefined;
};

const Section = z.record(z.string(), z.unknown());
const StampedSchema = z.strictObject({ state: Section, metadata: Section }).optional();
const OnDisk = z.strictObject({
  v: z.literal(1),
  thing: z.string(),
  shadow: z.string().optional(),
  version: z.number(),
  timestamp: z.number(),
  document: z
    .strictObject({ desired: StampedSchema, reported: StampedSchema })
    .transform(({ desired, reported }) => ({ desired, reported }))
    .optional(),
});

/** The shadows of all things, one file each. */
export interface ShadowStore {
  read(key: ShadowKey): StoredShadow | undefined;
  /** On disk when it returns. */
  write(key: ShadowKey, shadow: StoredShadow): void;
  /** Names of a thing's named shadows, in alphabetical order. */
  namesOf(thing: string): readonly string[];
}

const nameOf = ({ thing, shadow }: ShadowKey): string => safeName(JSON.stringify([thing, shadow ?? null]));

/** Opens the shadows kept in `folder`; throws an Error for a file that is not one of this version. */
export const openShadowStore = (folder: string): ShadowStore => {
  const files = openMessageFolder(folder);
  const shadows = new Map<string, ShadowKey & StoredShadow>();
  for (const { name, text } of files.read()) {
    const parsed = OnDisk.safeParse(JSON.parse(text));
    if (!parsed.success)
      throw new Error(`The shadow ${name} in ${folder} is not readable. Start with --fresh.`);
    const { thing, shadow, version, timestamp, document } = parsed.data;
    shadows.set(name, { thing, shadow, version, timestamp, document });
  }
  return {
    read: (key) => shadows.get(nameOf(key)),
    write(key, stored) {
      const name = nameOf(key);
      files.write(name, JSON.stringify({ v: 1, ...key, ...stored }));
      shadows.set(name, { ...key, ...stored });
    },
    namesOf: (thing) =>
      [...shadows.values()]
        .flatMap((one) =>
          one.thing === thing && one.shadow !== undefined && one.document !== undefined ? [one.shadow] : [],
        )
        .sort(),
  };
};

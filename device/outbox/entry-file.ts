import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Passage, Sighting } from '#contract/sighting.ts';
import type { Entry } from './outbox.ts';

/**
 * One entry as one file: a header line, the line of facts exactly as it goes on the wire, then the JPEG. The facts are kept
 * as text so that every resend is byte for byte the same.
 */
const Header = z.strictObject({
  v: z.literal(1),
  kind: z.enum(['sighting', 'passage']),
  /** Hex SHA-256 of everything after the header line. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** An entry as it goes on the wire. `facts` is JSON text. */
export type StoredEntry = {
  readonly seq: number;
  readonly passageId: string;
  readonly facts: string;
} & ({ readonly kind: 'sighting'; readonly jpeg: Buffer } | { readonly kind: 'passage' });

const newline = 0x0a;
const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export const encodeEntry = (entry: Entry): Buffer => {
  const facts = Buffer.from(`${JSON.stringify(entry.facts)}\n`);
  const body = entry.kind === 'sighting' ? Buffer.concat([facts, entry.jpeg]) : facts;
  const header: z.infer<typeof Header> = { v: 1, kind: entry.kind, sha256: hash(body) };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), body]);
};

/** Reads an entry's file back; `undefined` when any byte of it is not as it was written. */
export const decodeEntry = (file: Buffer): StoredEntry | undefined => {
  const headerEnd = file.indexOf(newline);
  const factsEnd = file.indexOf(newline, headerEnd + 1);
  if (headerEnd < 0 || factsEnd < 0) return undefined;
  const header = Header.safeParse(parseJson(file.subarray(0, headerEnd)));
  if (!header.success || hash(file.subarray(headerEnd + 1)) !== header.data.sha256) return undefined;

  const facts = file.toString('utf8', headerEnd + 1, factsEnd);
  const jpeg = file.subarray(factsEnd + 1);
  const { kind } = header.data;
  const parsed = (kind === 'sighting' ? Sighting : Passage).safeParse(parseJson(facts));
  if (!parsed.success) return undefined;
  const { seq, passageId } = parsed.data;
  return kind === 'sighting' ? { seq, passageId, kind, facts, jpeg } : { seq, passageId, kind, facts };
};

const parseJson = (text: Buffer | string): unknown => {
  try {
    return JSON.parse(text.toString());
  } catch {
    return undefined;
  }
};

/** A rule's SQL that AWS would refuse, or that this emulation does not know. Names the place and what was found. */
export class RuleSqlError extends Error {
  override readonly name = 'RuleSqlError';
}

export type Token = {
  readonly kind: 'number' | 'string' | 'word' | 'symbol' | 'end';
  /** As written; of a string, its content. */
  readonly text: string;
  /** Character position in the statement. */
  readonly at: number;
};

const patterns: readonly (readonly [Token['kind'] | 'space', RegExp])[] = [
  ['space', /\s+/y],
  ['number', /\d+(?:\.\d+)?/y],
  ['string', /'(?:[^']|'')*'|"(?:[^"]|"")*"/y],
  ['word', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['symbol', /<>|<=|>=|[-+*/%=<>(),.]/y],
];

/** Splits a rule's SQL into tokens, an `end` token last. Throws RuleSqlError at a character of no token. */
export const tokenize = (sql: string): readonly Token[] => {
  const tokens: Token[] = [];
  let at = 0;
  while (at < sql.length) {
    const found = matchAt(sql, at);
    if (found === undefined) {
      throw new RuleSqlError(`unexpected ${JSON.stringify(sql.slice(at, at + 12))} at character ${at + 1}`);
    }
    if (found.kind !== 'space') tokens.push({ kind: found.kind, text: content(found.kind, found.raw), at });
    at += found.raw.length;
  }
  tokens.push({ kind: 'end', text: '', at });
  return tokens;
};

const matchAt = (sql: string, at: number): { kind: Token['kind'] | 'space'; raw: string } | undefined => {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const raw = pattern.exec(sql)?.[0];
    if (raw !== undefined) return { kind, raw };
  }
  return undefined;
};

/** A quote inside a string is written twice. */
const content = (kind: Token['kind'], raw: string): string => {
  if (kind !== 'string') return raw;
  const quote = raw.slice(0, 1);
  return raw.slice(1, -1).replaceAll(quote + quote, quote);
};

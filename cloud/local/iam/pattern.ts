/** Request context: key to value or values, e.g. `{ 'iot:Connection.Thing.ThingName': 'door-1' }`. Keys ignore case. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

/** Policy variables that stand for the wildcard characters themselves. */
const literals: ReadonlyMap<string, string> = new Map([
  ['*', '*'],
  ['?', '?'],
  ['$', '$'],
]);

/** The values of a context key, ignoring case as IAM does; none when the key is absent. */
export const contextValues = (context: RequestContext, key: string): readonly string[] => {
  const wanted = key.toLowerCase();
  for (const [name, value] of Object.entries(context)) {
    if (name.toLowerCase() === wanted) return typeof value === 'string' ? [value] : value;
  }
  return [];
};

/** Either plain text or the inside of a `${…}`. */
type Piece = { readonly variable: boolean; readonly text: string };

const pieces = (pattern: string): readonly Piece[] =>
  pattern
    .split(/(\$\{[^}]*\})/)
    .map((text) =>
      text.startsWith('${') ? { variable: true, text: text.slice(2, -1) } : { variable: false, text },
    );

/** `${key}` or `${key, 'default'}`; undefined when the context does not have exactly one value and there is no default. */
const variableValue = (inside: string, context: RequestContext): string | undefined => {
  const literal = literals.get(inside);
  if (literal !== undefined) return literal;
  const [, key = inside, fallback] = /^([^,]+?)\s*(?:,\s*'([^']*)')?$/.exec(inside) ?? [];
  const values = contextValues(context, key);
  return values.length === 1 ? values[0] : fallback;
};

/** The pattern with its policy variables replaced; undefined when one has no value, and then nothing may match. */
export const substitute = (pattern: string, context: RequestContext): string | undefined => {
  let text = '';
  for (const piece of pieces(pattern)) {
    const value = piece.variable ? variableValue(piece.text, context) : piece.text;
    if (value === undefined) return undefined;
    text += value;
  }
  return text;
};

/**
 * Whether `value` matches a pattern with `*` (any text) and `?` (one character).
 * The value of a policy variable is taken literally: a thing named `*` does not become a wildcard.
 */
export const matchesPattern = (
  pattern: string,
  value: string,
  context: RequestContext,
  { ignoreCase = false } = {},
): boolean => {
  let source = '';
  for (const piece of pieces(pattern)) {
    const text = piece.variable ? variableValue(piece.text, context) : piece.text;
    if (text === undefined) return false;
    const escaped = text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    source += piece.variable ? escaped : escaped.replaceAll('\\*', '.*').replaceAll('\\?', '.');
  }
  return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's').test(value);
};

/** A stretch of time in epoch milliseconds, `from` included, `to` not. */
export type Span = { readonly from: number; readonly to: number };

/** The same time as spans in order that do not touch. */
export const merge = (spans: readonly Span[]): readonly Span[] => {
  const merged: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (span.to <= span.from) continue;
    if (last !== undefined && span.from <= last.to) {
      merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
    } else merged.push(span);
  }
  return merged;
};

/** What the two have in common. */
export const intersect = (a: readonly Span[], b: readonly Span[]): readonly Span[] =>
  merge(
    a.flatMap((one) =>
      b.map((other) => ({ from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) })),
    ),
  );

export const totalMs = (spans: readonly Span[]): number =>
  merge(spans).reduce((sum, { from, to }) => sum + to - from, 0);

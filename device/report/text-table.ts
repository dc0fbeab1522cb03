/** One column: its heading, and to which side its cells are set. */
export type Column = { readonly heading: string; readonly side?: 'left' | 'right' };

/** A table as plain text, columns two spaces apart, headings above. Every row has one cell per column. */
export const textTable = (columns: readonly Column[], rows: readonly (readonly string[])[]): string => {
  const lines = [columns.map(({ heading }) => heading), ...rows];
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, at) =>
          columns[at]?.side === 'left' ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
};

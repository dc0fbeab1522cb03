import { Html, html } from '../../html.ts';
import type { ConsoleState } from '../state.ts';

/** A part of the page that is written anew when what it shows has changed. */
export type Section = {
  readonly id: string;
  readonly title: string;
  readonly render: (state: ConsoleState) => Html;
};

type Cell = Html | string | number;

export const join = (parts: readonly Html[]): Html => new Html(parts.map(({ text }) => text).join(''));

/** What a section says when there is nothing to show. */
export const empty = (words: string): Html => html`<p class="empty">${words}</p>`;

/** A table that becomes a list of cards where the window is narrow, so each cell repeats its column's name. */
export const table = (columns: readonly string[], rows: readonly (readonly Cell[])[]): Html => {
  const heads = join(columns.map((column) => html`<th scope="col">${column}</th>`));
  const bodies = join(
    rows.map((row) => html`<tr>${join(row.map((cell, at) => cellOf(columns[at], cell)))}</tr>`),
  );
  return html`<table><thead><tr>${heads}</tr></thead><tbody>${bodies}</tbody></table>`;
};

const cellOf = (column: string | undefined, cell: Cell): Html =>
  html`<td data-label="${column}"${typeof cell === 'number' && html` class="number"`}>${cell}</td>`;

/** A number that is worth a look as soon as it is not zero. */
export const worrying = (count: number): Html =>
  html`<span${count > 0 && html` class="bad"`}>${count}</span>`;

/** Date and time of this machine; only the time for what happened since the start. */
export const instant = (ms: number, form: 'time' | 'full'): Html => {
  const iso = new Date(ms).toISOString();
  // Sweden writes dates as ISO 8601 does.
  const local = new Date(ms).toLocaleString('sv-SE');
  return html`<time datetime="${iso}">${form === 'time' ? local.slice(11) : local}</time>`;
};

const maxCharacters = 2000;

export const shortened = (text: string): string =>
  text.length > maxCharacters ? `${text.slice(0, maxCharacters)} …` : text;

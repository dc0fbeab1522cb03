import { Tag, type TagIcon, type TagTone } from '../components/tag.tsx';
import { clockTime, dateThere, dayHeading, percent } from '../words/format.ts';
import type { Entry } from './feed.ts';
import { type Row, rowOf } from './words.ts';

type Props = {
  readonly entries: readonly Entry[];
  readonly arrived: ReadonlySet<string>;
  readonly nowMs: number;
  readonly caption: string;
};

/** All entries, newest first, under a heading for each day of the site. */
export const FeedTable = ({ entries, arrived, nowMs, caption }: Props) => (
  <table class="feed">
    <caption class="unseen">{caption}</caption>
    <thead>
      <tr>
        <th scope="col">Time</th>
        <th scope="col">Person</th>
        <th scope="col">What</th>
        <th scope="col" class="wide-only">
          Door
        </th>
        <th scope="col" class="number wide-only">
          Match
        </th>
      </tr>
    </thead>
    {byDay(entries, nowMs).map(({ heading, rows }) => (
      <tbody key={heading}>
        <tr class="day">
          <th colSpan={5} scope="rowgroup">
            {heading}
          </th>
        </tr>
        {rows.map(({ id, row }) => (
          <FeedRow key={id} row={row} isNew={arrived.has(id)} />
        ))}
      </tbody>
    ))}
  </table>
);

const FeedRow = ({ row, isNew }: { readonly row: Row; readonly isNew: boolean }) => {
  const match = row.similarity === null ? null : percent(row.similarity);
  // On a narrow screen the last two columns move below the name, into the line of the note.
  const below = [row.note, row.door, match].filter((text) => text !== null);
  return (
    <tr class={isNew ? 'arrived' : undefined}>
      <td class="time">
        <time dateTime={row.localTime}>
          {clockTime(row.localTime).slice(0, 5)}
          <span class="wide-only">{clockTime(row.localTime).slice(5)}</span>
        </time>
      </td>
      <th scope="row" class="person">
        <span class={isSomebody(row.tone) ? 'name' : 'nobody'}>{row.person}</span>
        {row.note === null ? null : <span class="note wide-only">{row.note}</span>}
        {below.length === 0 ? null : <span class="note narrow-only">{below.join(' · ')}</span>}
      </th>
      <td class="what">
        <Tag tone={row.tone} icon={icons[row.tone]}>
          {row.label}
        </Tag>
      </td>
      <td class="wide-only">{row.door ?? <Nothing words="no door" />}</td>
      <td class={`number wide-only ${isSomebody(row.tone) ? '' : 'faint'}`}>
        {match ?? <Nothing words="no match" />}
      </td>
    </tr>
  );
};

const isSomebody = (tone: TagTone): boolean => tone === 'in' || tone === 'out' || tone === 'again';

/** A dash for the eye, words for the ear. */
const Nothing = ({ words }: { readonly words: string }) => (
  <span class="faint">
    <span aria-hidden="true">–</span>
    <span class="unseen">{words}</span>
  </span>
);

const icons: Readonly<Record<TagTone, TagIcon>> = {
  in: 'in',
  out: 'out',
  again: 'again',
  unknown: 'question',
  problem: 'cross',
};

const byDay = (entries: readonly Entry[], nowMs: number) => {
  const days: { heading: string; rows: { id: string; row: Row }[] }[] = [];
  for (const entry of entries) {
    const row = rowOf(entry);
    const heading = dayHeading(row.localTime.slice(0, 10), dateThere(row.localTime, entry.at, nowMs));
    const last = days.at(-1);
    if (last?.heading === heading) last.rows.push({ id: entry.id, row });
    else days.push({ heading, rows: [{ id: entry.id, row }] });
  }
  return days;
};

import { useState } from 'preact/hooks';
import type { DayItem } from '#contract/attendance.ts';
import { DayDetail, hasKeptDraft } from '../attendance/day-detail.tsx';
import { statusLook } from '../attendance/day-words.ts';
import { Tag } from '../components/tag.tsx';
import { useAccount } from '../shell/account.ts';
import { clockOn } from '../words/clock-words.ts';
import { longDate } from '../words/format.ts';
import { hoursColon, minutesWords } from '../words/minutes-words.ts';

const columns = 6;
type Changes = { readonly onChanged: () => void };

/** A row for each person and date, under a heading for each date; a row opens to everything about that day. */
export const DayTable = ({ days, onChanged }: Changes & { readonly days: readonly DayItem[] }) => (
  <section class="panel" aria-labelledby="day-table">
    <h2 id="day-table" class="unseen">
      Days of people, newest date first
    </h2>
    <table class="day-table" aria-labelledby="day-table">
      <thead>
        <tr>
          <th scope="col">Person</th>
          <th scope="col">Status</th>
          <th scope="col" class="number wide-only">
            In
          </th>
          <th scope="col" class="number wide-only">
            Out
          </th>
          <th scope="col" class="number hours">
            Worked
          </th>
          <th scope="col" class="number wide-only">
            Expected
          </th>
        </tr>
      </thead>
      {byDate(days).map(({ date, items }) => (
        <tbody key={date}>
          <tr class="day">
            <th colSpan={columns} scope="rowgroup">
              {longDate(date)}
            </th>
          </tr>
          {items.map((day) => (
            <Row key={day.person.id} day={day} onChanged={onChanged} />
          ))}
        </tbody>
      ))}
    </table>
  </section>
);

const Row = ({ day, onChanged }: Changes & { readonly day: DayItem }) => {
  const { me } = useAccount();
  const [open, setOpen] = useState(() => hasKeptDraft(day, me));
  const { figures, person, timeZone, date } = day;
  const { words, tone, icon } = statusLook(figures.status);
  const { worked, expected, late, early } = figures.minutes;
  const time = (instant: string | null) =>
    instant === null ? <span class="faint">–</span> : clockOn(instant, timeZone, date).slice(0, 5);
  const notes = [
    late > 0 ? `${minutesWords(late)} late` : null,
    early > 0 ? `${minutesWords(early)} early` : null,
    day.asRecorded === null ? null : 'corrected',
    day.corrections.some(({ state }) => state === 'waiting') ? 'correction waiting' : null,
  ].filter((note) => note !== null);
  return (
    <>
      <tr class={open ? 'open' : undefined}>
        <th scope="row">
          <button type="button" class="opener" aria-expanded={open} onClick={() => setOpen(open === false)}>
            <span class="name">{person.name}</span>
          </button>
        </th>
        <td class="status">
          <Tag tone={tone} icon={icon}>
            {words}
          </Tag>
          {notes.length === 0 ? null : <span class="note">{notes.join(' · ')}</span>}
        </td>
        <td class="number wide-only">{time(figures.firstIn)}</td>
        <td class="number wide-only">{time(figures.lastOut)}</td>
        <td class="number hours">
          {worked === 0 && expected === 0 ? <span class="faint">–</span> : hoursColon(worked)}
        </td>
        <td class="number wide-only faint">{hoursColon(expected)}</td>
      </tr>
      {open ? (
        <tr class="detail">
          <td colSpan={columns}>
            <DayDetail day={day} onChanged={onChanged} />
            <p>
              <a href={`/summary?${new URLSearchParams({ site: day.site, person: person.id, date })}`}>
                Week and month of {person.name}
              </a>
            </p>
          </td>
        </tr>
      ) : null}
    </>
  );
};

const byDate = (days: readonly DayItem[]) => {
  const dates: { date: string; items: DayItem[] }[] = [];
  for (const day of days) {
    const last = dates.at(-1);
    if (last?.date === day.date) last.items.push(day);
    else dates.push({ date: day.date, items: [day] });
  }
  return dates;
};

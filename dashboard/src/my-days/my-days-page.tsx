import { useState } from 'preact/hooks';
import type { DayItem } from '#contract/attendance.ts';
import { DayDetail, hasKeptDraft } from '../attendance/day-detail.tsx';
import { statusLook } from '../attendance/day-words.ts';
import { ListState } from '../components/list-state.tsx';
import { PageHead } from '../components/page-head.tsx';
import { Tag } from '../components/tag.tsx';
import { usePages } from '../components/use-pages.ts';
import { useAccount } from '../shell/account.ts';
import { clockOn } from '../words/clock-words.ts';
import { dayOfMonth, monthHeading } from '../words/format.ts';
import { addDays, todayIn } from '../words/local-clock.ts';
import { minutesWords } from '../words/minutes-words.ts';

const pageSize = 25;
/** As far back as one question may reach: a year, less a little for zones that are ahead. */
const daysBack = 360;

/** One's own days, newest first, each with the reasons of what it is. */
export const MyDaysPage = () => {
  const { api, me } = useAccount();
  const person = me.person?.id;
  const list = usePages(person, (cursor) =>
    api.days({
      site: undefined,
      person,
      from: addDays(todayIn('UTC'), -daysBack),
      cursor,
      limit: pageSize,
    }),
  );
  return (
    <main id="main" class="page own">
      <PageHead title="My days" line="What each day counts as, and why. Open one for its punches." />
      <ListState
        list={list}
        empty={
          <>
            <strong>There are no days yet.</strong>
            <p>A day appears here as soon as you are counted, or when a shift of yours is over.</p>
          </>
        }
      >
        {byMonth(list.items ?? []).map(({ month, days }) => (
          <section key={month} class="panel month" aria-labelledby={`month-${month}`}>
            <header class="panel-head">
              <h2 id={`month-${month}`}>{monthHeading(month)}</h2>
            </header>
            {days.map((day) => (
              <Day key={day.date} day={day} onChanged={list.reload} />
            ))}
          </section>
        ))}
      </ListState>
    </main>
  );
};

const Day = ({ day, onChanged }: { readonly day: DayItem; readonly onChanged: () => void }) => {
  const { figures, timeZone, date } = day;
  const { words, tone, icon } = statusLook(figures.status);
  const { me } = useAccount();
  const [open] = useState(() => hasKeptDraft(day, me));
  const waiting = day.corrections.some(({ state }) => state === 'waiting');
  return (
    <details class="day-row" open={open}>
      <summary>
        <span class="when">{dayOfMonth(date)}</span>
        <span class="tags">
          <Tag tone={tone} icon={icon}>
            {words}
          </Tag>
          {day.asRecorded === null ? null : <span class="faint small">corrected</span>}
          {waiting ? <span class="faint small">correction waiting</span> : null}
        </span>
        <span class="times">
          {figures.firstIn === null && figures.lastOut === null
            ? null
            : `${edge(figures.firstIn)} – ${edge(figures.lastOut)}`}
        </span>
        <span class="hours">
          {figures.minutes.worked === 0 && figures.minutes.expected === 0 ? null : (
            <>
              {minutesWords(figures.minutes.worked)}
              <span class="faint"> of {minutesWords(figures.minutes.expected)}</span>
            </>
          )}
        </span>
      </summary>
      <DayDetail day={day} onChanged={onChanged} />
    </details>
  );

  function edge(instant: string | null): string {
    return instant === null ? '?' : clockOn(instant, timeZone, date).slice(0, 5);
  }
};

const byMonth = (items: readonly DayItem[]) => {
  const months: { month: string; days: DayItem[] }[] = [];
  for (const day of items) {
    const month = day.date.slice(0, 7);
    const last = months.at(-1);
    if (last?.month === month) last.days.push(day);
    else months.push({ month, days: [day] });
  }
  return months;
};

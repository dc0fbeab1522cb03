import type { DayEntry, DayFigures, Minutes, ShiftFigures } from '#contract/day.ts';
import { Tag } from '../components/tag.tsx';
import { clockOn } from '../words/clock-words.ts';
import { minutesWords } from '../words/minutes-words.ts';
import { directionWords } from './change-words.ts';
import { entryNotes, isCounted, reasonWords, statusLook } from './day-words.ts';

type Where = { readonly timeZone: string; readonly date: string };

/** What a day comes to: its reasons in sentences, its minutes, and its punches shift by shift. */
export const FiguresView = ({
  figures,
  where,
  title,
  withStatus = false,
}: {
  readonly figures: DayFigures;
  readonly where: Where;
  readonly title: string;
  readonly withStatus?: boolean;
}) => {
  const { words, tone, icon } = statusLook(figures.status);
  const all = [...figures.shifts.flatMap(({ entries }) => entries), ...figures.outside];
  const clockOfId = (id: string): string | undefined => {
    const found = all.find((entry) => entry.id === id);
    return found === undefined ? undefined : clockOn(found.at, where.timeZone, where.date);
  };
  const list = (entries: readonly DayEntry[]) => (
    <PunchList entries={entries} where={where} clockOfId={clockOfId} />
  );
  return (
    <section>
      <h3>
        {title}
        {withStatus ? (
          <Tag tone={tone} icon={icon}>
            {words}
          </Tag>
        ) : null}
      </h3>
      <ul class="reasons">
        {figures.reasons.map((reason) => (
          <li key={JSON.stringify(reason)}>{reasonWords(reason, where)}</li>
        ))}
        {figures.settled || figures.reasons.some(({ code }) => code === 'not_synced') ? null : (
          <li>A door of the site may still have something to say about this day.</li>
        )}
      </ul>
      <MinutesLine minutes={figures.minutes} />
      {figures.shifts
        .filter(({ shift, entries }) => shift !== null || entries.length > 0)
        .map((shift) => (
          <div key={shift.shift?.id ?? 'none'}>
            <h4>{shiftWords(shift, where.date)}</h4>
            {shift.entries.length === 0 ? <p class="faint small">No punches.</p> : list(shift.entries)}
          </div>
        ))}
      {figures.outside.length === 0 ? null : (
        <div>
          <h4>Outside every shift: not counted</h4>
          {list(figures.outside)}
        </div>
      )}
    </section>
  );
};

const PunchList = ({
  entries,
  where,
  clockOfId,
}: {
  readonly entries: readonly DayEntry[];
  readonly where: Where;
  readonly clockOfId: (id: string) => string | undefined;
}) => (
  <ul class="punches">
    {entries.map((entry) => (
      <li key={entry.id} class={isCounted(entry) ? undefined : 'not-counted'}>
        <time dateTime={entry.at}>{clockOn(entry.at, where.timeZone, where.date)}</time>
        <Tag tone={isCounted(entry) ? entry.direction : 'again'} icon={entry.direction}>
          {directionWords(entry.direction)}
        </Tag>
        <span class="notes">{entryNotes(entry, clockOfId).join(' ')}</span>
      </li>
    ))}
  </ul>
);

const names: Readonly<Record<keyof Minutes, string>> = {
  worked: 'Worked',
  expected: 'Expected',
  late: 'Late',
  early: 'Early',
  overtime: 'Overtime',
  break: 'Breaks',
};

/** Worked and expected always, the others where there are any. */
const MinutesLine = ({ minutes }: { readonly minutes: Minutes }) => (
  <dl class="minutes">
    {(Object.keys(names) as (keyof Minutes)[])
      .filter((kind) => kind === 'worked' || kind === 'expected' || minutes[kind] > 0)
      .map((kind) => (
        <div key={kind}>
          <dt>{names[kind]}</dt>
          <dd>{minutesWords(minutes[kind])}</dd>
        </div>
      ))}
  </dl>
);

const shiftWords = ({ shift, site, timeZone }: ShiftFigures, date: string): string =>
  shift === null
    ? `Punches at ${site}`
    : `${shift.name}, ${clockOn(shift.start, timeZone, date)} to ${clockOn(shift.end, timeZone, date)}`;

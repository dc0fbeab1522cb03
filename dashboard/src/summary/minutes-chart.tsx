import type { Period, SummaryAnswer } from '#contract/attendance.ts';
import { statusLook } from '../attendance/day-words.ts';
import { longDate, weekday } from '../words/format.ts';
import { datesBetween } from '../words/local-clock.ts';
import { minutesWords } from '../words/minutes-words.ts';
import { scaleFor } from './chart-scale.ts';

type Day = SummaryAnswer['days'][number];

/** Height of the plot and width of a day in the drawing's own units; the drawing is stretched over the room that there is. */
const height = 100;
const dayWidth = 10;

/** Worked beside expected, day by day: drawn for the eye, and as a table for everybody who prefers one. */
export const MinutesChart = ({
  days,
  period,
}: {
  readonly days: readonly Day[];
  /** Its dates that have not come yet have room in the drawing, so that a day is as wide on Monday as on Friday. */
  readonly period: Pick<Period, 'from' | 'to'>;
}) => {
  const dates = datesBetween(period.from, period.to);
  const width = dates.length * dayWidth;
  const { topMinutes, lines } = scaleFor(
    Math.max(...days.map(({ minutes }) => Math.max(minutes.worked, minutes.expected)), 0),
  );
  const y = (minutes: number): number => height * (1 - minutes / topMinutes);
  return (
    <section class="panel chart-panel" aria-labelledby="chart">
      <header class="panel-head">
        <h2 id="chart">Worked and expected, day by day</h2>
        <p class="legend small" aria-hidden="true">
          <span class="key worked" /> Worked <span class="key expected" /> Expected
        </p>
      </header>
      <div class="chart" aria-hidden="true">
        <div class="scale">
          {[...lines].reverse().map((line) => (
            <span key={line}>{line / 60} h</span>
          ))}
        </div>
        <div class="plot">
          <svg aria-hidden="true" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none">
            {lines.map((line) => (
              <line key={line} class="grid" x1="0" x2={width} y1={y(line)} y2={y(line)} />
            ))}
            {days.map(({ date, minutes }) => (
              <g key={date}>
                <rect
                  class="expected"
                  x={dates.indexOf(date) * dayWidth + 1}
                  width={dayWidth - 2}
                  y={y(minutes.expected)}
                  height={height - y(minutes.expected)}
                />
                <rect
                  class="worked"
                  x={dates.indexOf(date) * dayWidth + 2.4}
                  width={dayWidth - 4.8}
                  y={y(minutes.worked)}
                  height={height - y(minutes.worked)}
                />
              </g>
            ))}
          </svg>
          <div class={dates.length > 10 ? 'days-below many' : 'days-below'}>
            {dates.map((date) => (
              <span key={date}>
                {dates.length > 10 ? null : weekday(date)} {Number(date.slice(8))}
              </span>
            ))}
          </div>
        </div>
      </div>
      <details>
        <summary>Show it as a table</summary>
        <DaysTable days={days} />
      </details>
    </section>
  );
};

const DaysTable = ({ days }: { readonly days: readonly Day[] }) => {
  const ofOnePerson = days.some(({ status }) => status !== null);
  return (
    <table class="people">
      <caption class="unseen">Worked and expected time of each day</caption>
      <thead>
        <tr>
          <th scope="col">Day</th>
          <th scope="col">{ofOnePerson ? 'Status' : 'People'}</th>
          <th scope="col" class="number">
            Worked
          </th>
          <th scope="col" class="number">
            Expected
          </th>
        </tr>
      </thead>
      <tbody>
        {days.map(({ date, status, people, minutes }) => (
          <tr key={date}>
            <th scope="row">{longDate(date)}</th>
            <td>{ofOnePerson ? (status === null ? '–' : statusLook(status).words) : people}</td>
            <td class="number">{minutesWords(minutes.worked)}</td>
            <td class="number">{minutesWords(minutes.expected)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

import type { SummaryAnswer } from '#contract/attendance.ts';
import { DayStatus } from '#contract/day.ts';
import { statusLook } from '../attendance/day-words.ts';
import { focusHeading } from '../components/focus.ts';
import { Tag } from '../components/tag.tsx';
import { addDays, todayIn } from '../words/local-clock.ts';
import { minutesWords } from '../words/minutes-words.ts';
import { MinutesChart } from './minutes-chart.tsx';
import { beforeWords, countChange, hasOnlyBegun, minutesChange } from './summary-words.ts';

/** What a week or month comes to; words where there is nothing to come to yet. */
export const SummaryFigures = ({
  summary,
  onDate,
}: {
  readonly summary: SummaryAnswer;
  readonly onDate: (date: string) => void;
}) => {
  const { period, timeZone, totals, trend, days } = summary;
  if (hasOnlyBegun(summary, todayIn(timeZone)))
    return (
      <>
        <section class="panel empty">
          <strong>No hours are counted in this {period.kind} yet.</strong>
          <p>Hours count from a check-in to its check-out.</p>
          <p>
            <button
              type="button"
              class="button"
              onClick={() => {
                focusHeading();
                onDate(addDays(period.from, -1));
              }}
            >
              Show the {period.kind} before
            </button>
          </p>
        </section>
        {totals.days === 0 ? null : <ByStatus totals={totals} trend={undefined} before="" />}
      </>
    );
  const before = beforeWords(summary);
  const { minutes, lateDays } = trend.change;
  return (
    <>
      <dl class="tiles">
        <Tile
          name="Worked"
          figure={minutesWords(totals.minutes.worked)}
          line={`of ${minutesWords(totals.minutes.expected)} expected; ${minutesChange(minutes.worked, before)}`}
        />
        <Tile
          name="Days late"
          figure={String(totals.lateDays)}
          line={`${minutesWords(totals.minutes.late)} in all; ${countChange(lateDays, before)}`}
        />
        <Tile
          name="Overtime"
          figure={minutesWords(totals.minutes.overtime)}
          line={minutesChange(minutes.overtime, before)}
        />
      </dl>
      {days.length === 0 ? null : <MinutesChart days={days} period={period} />}
      <ByStatus totals={totals} trend={trend} before={before} />
    </>
  );
};

/** How many days there are of each status, and how many more or fewer than before where there is a trend. */
const ByStatus = ({
  totals,
  trend,
  before,
}: {
  readonly totals: SummaryAnswer['totals'];
  readonly trend: SummaryAnswer['trend'] | undefined;
  readonly before: string;
}) => (
  <section class="panel" aria-labelledby="by-status">
    <header class="panel-head">
      <h2 id="by-status">Days by status</h2>
      {totals.days === 0 ? null : (
        <span class="faint small">
          {totals.unsettledDays === 0
            ? 'All of them are certain.'
            : `${totals.unsettledDays} may still change: a door has not reported.`}
        </span>
      )}
    </header>
    <ul class="by-status">
      {DayStatus.options
        .filter((status) => totals.byStatus[status] > 0 || (trend?.totals.byStatus[status] ?? 0) > 0)
        .map((status) => {
          const { words, tone, icon } = statusLook(status);
          return (
            <li key={status}>
              <Tag tone={tone} icon={icon}>
                {words}
              </Tag>
              <strong>{totals.byStatus[status]}</strong>
              {trend === undefined ? null : (
                <span class="faint small">{countChange(trend.change.byStatus[status], before)}</span>
              )}
            </li>
          );
        })}
    </ul>
    {totals.days === 0 ? <p class="empty">There are no days in this period yet.</p> : null}
  </section>
);

const Tile = ({
  name,
  figure,
  line,
}: {
  readonly name: string;
  readonly figure: string;
  readonly line: string;
}) => (
  <div>
    <dt>{name}</dt>
    <dd>
      <span class="figure">{figure}</span>
      <span class="faint small">{line}</span>
    </dd>
  </div>
);

import type { PeriodKind, SummaryAnswer } from '#contract/attendance.ts';
import { DayStatus } from '#contract/day.ts';
import { reachOn } from '../api/permission.ts';
import { statusLook } from '../attendance/day-words.ts';
import { Choice } from '../components/field.tsx';
import { FailureNote } from '../components/list-state.tsx';
import { PageHead } from '../components/page-head.tsx';
import { Tag } from '../components/tag.tsx';
import { useAnswer } from '../components/use-answer.ts';
import { Waiting } from '../components/waiting.tsx';
import { useAccount } from '../shell/account.ts';
import { useQuery } from '../shell/use-query.ts';
import { addDays, todayIn } from '../words/local-clock.ts';
import { minutesWords } from '../words/minutes-words.ts';
import { MinutesChart } from './minutes-chart.tsx';
import { beforeWords, countChange, minutesChange, periodWords } from './summary-words.ts';

const kinds = [
  { value: 'week', words: 'Week' },
  { value: 'month', words: 'Month' },
] as const;

/** A week or month of oneself, of a person or of a site, beside the one before. */
export const SummaryPage = () => {
  const { api, me, site } = useAccount();
  const query = useQuery();
  const kind: PeriodKind = query.get('period') === 'month' ? 'month' : 'week';
  const date = query.get('date');
  const mayChoose = reachOn('summary', me.groups) === 'sites';
  const person = mayChoose ? query.get('person') : me.person?.id;
  const asked = useAnswer([site, kind, date, person].join(' '), () =>
    api.summary({ site: person === undefined ? site : undefined, person, period: kind, date }),
  );
  const summary = asked.value;
  return (
    <main id="main" class="page summary-page">
      <PageHead
        title={titleOf(summary, me.person?.id)}
        line={summary === undefined ? '\u00a0' : periodWords(summary.period)}
      />
      <div class="row-of-things">
        <Choice<PeriodKind>
          label="Period"
          options={kinds}
          value={kind}
          onChoose={(value) => query.set({ period: value === 'week' ? undefined : value })}
        />
        <PeriodSteps summary={summary} kind={kind} onDate={(value) => query.set({ date: value })} />
        <span class="gap" />
        {mayChoose ? <Whose person={person} onPerson={(value) => query.set({ person: value })} /> : null}
      </div>
      <FailureNote failure={asked.failure} onRetry={asked.reload} />
      {asked.loading ? (
        <div class="panel" aria-busy="true">
          <Waiting rows={6} />
        </div>
      ) : null}
      {summary === undefined ? null : <Figures summary={summary} />}
    </main>
  );
};

const titleOf = (summary: SummaryAnswer | undefined, own: string | undefined): string => {
  if (summary === undefined || summary.person?.id === own) return 'Summary';
  return `Summary of ${summary.person === null ? summary.site : summary.person.name}`;
};

const PeriodSteps = ({
  summary,
  kind,
  onDate,
}: {
  readonly summary: SummaryAnswer | undefined;
  readonly kind: PeriodKind;
  readonly onDate: (date: string | undefined) => void;
}) => {
  const after = summary === undefined ? undefined : addDays(summary.period.to, 1);
  const isLast = summary === undefined || after === undefined || after > todayIn(summary.timeZone);
  return (
    <div class="buttons">
      <button
        type="button"
        class="button"
        disabled={summary === undefined}
        onClick={() => (summary === undefined ? undefined : onDate(addDays(summary.period.from, -1)))}
      >
        <span aria-hidden="true">←</span> {kind === 'week' ? 'Week' : 'Month'} before
      </button>
      <button type="button" class="button" disabled={isLast} onClick={() => onDate(after)}>
        {kind === 'week' ? 'Week' : 'Month'} after <span aria-hidden="true">→</span>
      </button>
    </div>
  );
};

/** Whose figures: the site's, one's own, or those of somebody chosen in the table of days. */
const Whose = ({
  person,
  onPerson,
}: {
  readonly person: string | undefined;
  readonly onPerson: (person: string | undefined) => void;
}) => {
  const { me, site = '' } = useAccount();
  const own = me.person?.id;
  return (
    <Choice<'site' | 'me' | 'other'>
      label="Whose figures"
      value={person === undefined ? 'site' : person === own ? 'me' : 'other'}
      options={[
        { value: 'site', words: `Everybody at ${site}` },
        ...(own === undefined ? [] : [{ value: 'me' as const, words: 'Me' }]),
        ...(person === undefined || person === own
          ? []
          : [{ value: 'other' as const, words: 'This person' }]),
      ]}
      onChoose={(value) => (value === 'other' ? undefined : onPerson(value === 'me' ? own : undefined))}
    />
  );
};

const Figures = ({ summary }: { readonly summary: SummaryAnswer }) => {
  const { totals, trend, days } = summary;
  const before = beforeWords(summary);
  const { minutes, lateDays, byStatus } = trend.change;
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
      {days.length === 0 ? null : <MinutesChart days={days} />}
      <section class="panel" aria-labelledby="by-status">
        <header class="panel-head">
          <h2 id="by-status">Days by status</h2>
          <span class="faint small">
            {totals.unsettledDays === 0
              ? 'All of them are certain.'
              : `${totals.unsettledDays} may still change: a door has not reported.`}
          </span>
        </header>
        <ul class="by-status">
          {DayStatus.options
            .filter((status) => totals.byStatus[status] > 0 || trend.totals.byStatus[status] > 0)
            .map((status) => {
              const { words, tone, icon } = statusLook(status);
              return (
                <li key={status}>
                  <Tag tone={tone} icon={icon}>
                    {words}
                  </Tag>
                  <strong>{totals.byStatus[status]}</strong>
                  <span class="faint small">{countChange(byStatus[status], before)}</span>
                </li>
              );
            })}
        </ul>
        {totals.days === 0 ? <p class="empty">There are no days in this period yet.</p> : null}
      </section>
    </>
  );
};

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

import { useRef } from 'preact/hooks';
import type { PeriodKind, SummaryAnswer } from '#contract/attendance.ts';
import { reachOn } from '../api/permission.ts';
import { Choice } from '../components/field.tsx';
import { FailureNote } from '../components/list-state.tsx';
import { PageHead } from '../components/page-head.tsx';
import { useAnswer } from '../components/use-answer.ts';
import { Waiting } from '../components/waiting.tsx';
import { useAccount } from '../shell/account.ts';
import { useQuery } from '../shell/use-query.ts';
import { addDays, todayIn } from '../words/local-clock.ts';
import { SummaryFigures } from './summary-figures.tsx';
import { periodWords } from './summary-words.ts';

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
      {summary === undefined ? null : (
        <SummaryFigures summary={summary} onDate={(value) => query.set({ date: value })} />
      )}
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
  // While the next one is on its way the buttons stay as they are: one that goes off loses the keyboard's focus.
  const latest = useRef(summary);
  if (summary !== undefined) latest.current = summary;
  const shown = latest.current;
  const after = shown === undefined ? undefined : addDays(shown.period.to, 1);
  const isLast = shown === undefined || after === undefined || after > todayIn(shown.timeZone);
  return (
    <div class="buttons">
      <button
        type="button"
        class="button"
        aria-disabled={shown === undefined}
        onClick={() => (shown === undefined ? undefined : onDate(addDays(shown.period.from, -1)))}
      >
        <span aria-hidden="true">←</span> {kind === 'week' ? 'Week' : 'Month'} before
      </button>
      <button
        type="button"
        class="button"
        aria-disabled={isLast}
        onClick={() => (isLast ? undefined : onDate(after))}
      >
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

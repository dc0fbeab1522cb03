import { useState } from 'preact/hooks';
import { DayStatus } from '#contract/day.ts';
import { reachOn } from '../api/permission.ts';
import { ListState } from '../components/list-state.tsx';
import { PageHead } from '../components/page-head.tsx';
import { useAnswer } from '../components/use-answer.ts';
import { usePages } from '../components/use-pages.ts';
import { useAccount } from '../shell/account.ts';
import { useQuery } from '../shell/use-query.ts';
import { longDate } from '../words/format.ts';
import { DateChoice } from './date-choice.tsx';
import { DayTable } from './day-table.tsx';
import { ExportPanel } from './export-panel.tsx';
import { StatusFilter } from './status-filter.tsx';

const pageSize = 50;

/** Everybody's days at a site: one date or several, all or those of one status. */
export const DayTablePage = () => {
  const { api, me, site = '' } = useAccount();
  const query = useQuery();
  const [name, setName] = useState('');
  const asked = query.get('from');
  const overview = useAnswer(`${site} ${asked ?? ''}`, () => api.overview(site, asked));

  // Without a date it is today at the site, which the overview knows.
  const from = asked ?? overview.value?.date;
  const to = query.get('to') ?? from;
  const isRange = from !== undefined && to !== undefined && from !== to;
  const status = DayStatus.safeParse(query.get('status')).data;
  const list = usePages(from === undefined ? undefined : [site, from, to, status].join(' '), (cursor) =>
    api.days({ site, from, to, status, cursor, limit: pageSize }),
  );
  const rows = list.items?.filter(({ person }) => matches(person.name, name));
  const reload = () => {
    list.reload();
    overview.reload();
  };

  return (
    <main id="main" class="page">
      <PageHead
        title="Days"
        line={from === undefined || to === undefined ? '\u00a0' : rangeWords(from, to)}
      />
      <DateChoice
        from={from}
        to={to}
        timeZone={overview.value?.timeZone}
        onChoose={(chosen) => query.set(chosen)}
      />
      <StatusFilter
        totals={isRange ? undefined : overview.value?.totals}
        chosen={status}
        onChoose={(chosen) => query.set({ status: chosen })}
      />
      <div class="row-of-things above-table">
        <label class="find">
          <span class="unseen">Find a person among the rows below</span>
          <input
            type="search"
            placeholder="Find a person"
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        {name === '' || list.items === undefined ? null : (
          <p class="faint small" role="status">
            {rows?.length ?? 0} of the {list.items.length} rows loaded so far
          </p>
        )}
        <span class="gap" />
        {overview.value === undefined || overview.value.madeAt === null || isRange ? null : (
          <p class="faint small">
            {overview.value.seen} of {overview.value.expected} expected have come · {overview.value.in} in now
          </p>
        )}
      </div>
      <ListState
        list={from === undefined ? { ...list, failure: overview.failure, reload: overview.reload } : list}
        empty={
          <>
            <strong>{status === undefined ? 'Nobody has a day here yet.' : 'Nobody.'}</strong>
            <p>
              {status === undefined
                ? 'People appear when they come, when their shift is over, or when a day off is theirs.'
                : 'No day of these dates has this status.'}
            </p>
          </>
        }
      >
        <DayTable days={rows ?? []} onChanged={reload} />
      </ListState>
      {reachOn('exportCsv', me.groups) === undefined || from === undefined || to === undefined ? null : (
        <ExportPanel site={site} from={from} to={to} />
      )}
    </main>
  );
};

const rangeWords = (from: string, to: string): string =>
  from === to ? longDate(from) : `${longDate(from)} to ${longDate(to)}`;

/** Letters with and without marks are alike: who types "Zoe" looks for "Zoë". */
const matches = (name: string, typed: string): boolean => plain(name).includes(plain(typed.trim()));
const plain = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

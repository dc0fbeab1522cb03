import { CorrectionState } from '#contract/correction.ts';
import { correctionLook } from '../attendance/change-words.ts';
import { Choice } from '../components/field.tsx';
import { ListState } from '../components/list-state.tsx';
import { PageHead } from '../components/page-head.tsx';
import { usePages } from '../components/use-pages.ts';
import { useAccount } from '../shell/account.ts';
import { useQuery } from '../shell/use-query.ts';
import { CorrectionCard } from './correction-card.tsx';

const pageSize = 25;

/** Corrections asked for, newest first: one's own, or those of a site to decide. */
export const CorrectionsPage = () => {
  const { api, me, site } = useAccount();
  const query = useQuery();
  const isForSite = site !== undefined;
  // Whoever decides comes to decide; whoever asks comes to see what became of it.
  const usual = isForSite ? 'waiting' : 'all';
  const shown = query.get('state') ?? usual;
  const state = CorrectionState.safeParse(shown).data;
  const person = isForSite ? undefined : me.person?.id;
  const list = usePages([site, person, state].join(' '), (cursor) =>
    api.corrections({ site, state, cursor, limit: pageSize }),
  );
  return (
    <main id="main" class="page own">
      <PageHead
        title="Corrections"
        line={
          isForSite
            ? 'What people asked to have changed. A punch itself is never changed, only how a day counts it.'
            : 'What you asked to have changed. Ask for one in My days.'
        }
      />
      <Choice<CorrectionState | 'all'>
        label="State"
        value={state ?? 'all'}
        options={[
          ...CorrectionState.options.map((value) => ({ value, words: correctionLook(value).words })),
          { value: 'all' as const, words: 'All' },
        ]}
        onChoose={(value) => query.set({ state: value === usual ? undefined : value })}
      />
      <ListState
        list={list}
        empty={
          <>
            <strong>{state === 'waiting' ? 'Nothing is waiting.' : 'There is none.'}</strong>
            <p>Corrections are asked for in the details of a day.</p>
          </>
        }
      >
        <ul class="cards">
          {list.items?.map((correction) => (
            <CorrectionCard key={correction.id} correction={correction} onDecided={list.reload} />
          ))}
        </ul>
      </ListState>
    </main>
  );
};

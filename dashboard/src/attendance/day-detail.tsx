import { useState } from 'preact/hooks';
import type { Me } from '#contract/api.ts';
import type { DayItem } from '#contract/attendance.ts';
import { reachOn } from '../api/permission.ts';
import { takeFocus } from '../components/focus.ts';
import { Tag } from '../components/tag.tsx';
import { useAccount } from '../shell/account.ts';
import { clockAndDate } from '../words/clock-words.ts';
import { actionWords, correctionLook } from './change-words.ts';
import { CorrectionForm } from './correction-form.tsx';
import { FiguresView } from './figures-view.tsx';
import { keptDraft } from './kept-draft.ts';

/** Whether this person was asking for a correction of this day when their sign-in ended. */
export const hasKeptDraft = ({ person, date }: Pick<DayItem, 'person' | 'date'>, me: Pick<Me, 'sub'>) =>
  keptDraft(sessionStorage, { sub: me.sub, person: person.id, date }) !== undefined;

type Props = { readonly day: DayItem; readonly onChanged: () => void };

/** Everything about one day: why it is what it is, its punches, what corrections made of it, and a way to ask for one. */
export const DayDetail = ({ day, onChanged }: Props) => {
  const { figures, asRecorded, timeZone, date } = day;
  const where = { timeZone, date };
  return (
    <div class="day-detail">
      {asRecorded === null ? (
        <FiguresView figures={figures} where={where} title="Why" />
      ) : (
        <div class="both">
          <FiguresView figures={figures} where={where} title="As corrected" withStatus />
          <FiguresView figures={asRecorded} where={where} title="As recorded" withStatus />
        </div>
      )}
      <Corrections day={day} onChanged={onChanged} />
    </div>
  );
};

const Corrections = ({ day, onChanged }: Props) => {
  const { me } = useAccount();
  // Whoever had to sign in again in the middle of writing goes on where they were.
  const [asking, setAsking] = useState(() => hasKeptDraft(day, me));
  const [asked, setAsked] = useState(false);
  const [cancelled, setCancelled] = useState(false);
  const { corrections, lockedFrom, timeZone } = day;
  const reach = reachOn('requestCorrection', me.groups);
  const mayAsk = reach === 'sites' || (reach === 'self' && day.person.id === me.person?.id);
  const isLocked = Date.parse(lockedFrom) <= Date.now();
  const until = clockAndDate(lockedFrom, timeZone);
  return (
    <section class="day-corrections">
      <h3>Corrections</h3>
      {corrections.length === 0 ? null : (
        <ul class="plain">
          {corrections.map(({ id, action, state }) => {
            const { words, tone, icon } = correctionLook(state);
            return (
              <li key={id}>
                <Tag tone={tone} icon={icon}>
                  {words}
                </Tag>{' '}
                {actionWords(action)}
              </li>
            );
          })}
        </ul>
      )}
      {asked ? (
        <p role="status" tabIndex={-1} ref={takeFocus}>
          Asked for. A manager or HR decides, and the day follows.
        </p>
      ) : null}
      {asking ? (
        <CorrectionForm
          day={day}
          onCancel={() => {
            setAsking(false);
            setCancelled(true);
          }}
          onAsked={() => {
            setAsking(false);
            setAsked(true);
            onChanged();
          }}
        />
      ) : (
        <p class="row-of-things">
          {mayAsk && (isLocked === false || me.groups.includes('admin')) ? (
            <button
              type="button"
              class="button"
              ref={cancelled ? takeFocus : null}
              onClick={() => {
                setCancelled(false);
                setAsking(true);
              }}
            >
              Ask for a correction
            </button>
          ) : null}
          <span class="faint small">
            {isLocked ? `Closed for corrections since ${until}.` : `Open for corrections until ${until}.`}
          </span>
        </p>
      )}
    </section>
  );
};

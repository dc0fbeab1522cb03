import { useState } from 'preact/hooks';
import type { DayItem } from '#contract/attendance.ts';
import type { Change } from '#contract/correction.ts';
import type { DayEntry } from '#contract/day.ts';
import type { Direction } from '#contract/outcome.ts';
import { failureWords } from '../api/failure-words.ts';
import { Choice, Field } from '../components/field.tsx';
import { takeFocus } from '../components/focus.ts';
import { useIntent } from '../components/use-intent.ts';
import { useAccount } from '../shell/account.ts';
import { clockOn } from '../words/clock-words.ts';
import { instantsAt, offsetWords, wallClock } from '../words/local-clock.ts';
import { actionWords, directionWords } from './change-words.ts';
import { changeOf, correctablePunches, type Draft, happensTwice } from './correction-draft.ts';
import { type DraftOf, forgetDraft, keepDraft, keptDraft } from './kept-draft.ts';

type Props = {
  readonly day: DayItem;
  readonly onAsked: () => void;
  readonly onCancel: () => void;
};

const actions: readonly Change['action'][] = ['add', 'retime', 'reclassify', 'void'];
const directions = (['in', 'out'] as const).map((value) => ({ value, words: directionWords(value) }));

/** Asks for a correction of a day. Times are typed at the clock of the day's site, wherever the browser is. */
export const CorrectionForm = ({ day, onAsked, onCancel }: Props) => {
  const { api, me, onSignedOut } = useAccount();
  const { timeZone, date } = day;
  const punches = correctablePunches(day.figures);
  const of: DraftOf = { sub: me.sub, person: day.person.id, date };
  const [kept] = useState(() => keptDraft(sessionStorage, of));
  const [draft, setDraft] = useState<Draft>(
    kept?.draft ?? { action: 'add', punchId: '', date, time: '', fold: 'earlier', direction: 'out' },
  );
  const [reason, setReason] = useState(kept?.reason ?? '');
  const [problem, setProblem] = useState<string | undefined>();
  const [sending, setSending] = useState(false);
  const intent = useIntent();
  const change = (values: Partial<Draft>) => setDraft({ ...draft, ...values });

  const send = async () => {
    const asked = changeOf(draft, punches, timeZone);
    if ('problem' in asked) return setProblem(asked.problem);
    if (reason.trim() === '') return setProblem('Say why: whoever decides has to know.');
    const isOwn = day.person.id === me.person?.id;
    const wanted = { ...(isOwn ? {} : { person: day.person.id }), change: asked.change, reason };
    setProblem(undefined);
    setSending(true);
    const answer = await api.requestCorrection(wanted, intent.keyFor(JSON.stringify(wanted)));
    setSending(false);
    if (answer.ok) {
      intent.done();
      forgetDraft(sessionStorage);
      onAsked();
    } else if (answer.failure.kind === 'signed_out') {
      keepDraft(sessionStorage, of, { draft, reason });
      onSignedOut();
    } else setProblem(failureWords(answer.failure));
  };

  const cancel = () => {
    forgetDraft(sessionStorage);
    onCancel();
  };

  const { action } = draft;
  return (
    <form
      class="correction-form"
      aria-label="Ask for a correction"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Field label="What should change?">
        <select
          ref={takeFocus}
          value={action}
          onChange={(event) => {
            const next = actions[event.currentTarget.selectedIndex] ?? 'add';
            change({
              action: next,
              ...startOf(
                punches.find(({ id }) => id === draft.punchId),
                timeZone,
              ),
            });
          }}
        >
          {actions
            .filter((each) => each === 'add' || punches.length > 0)
            .map((each) => (
              <option key={each} value={each}>
                {actionWords(each)}
              </option>
            ))}
        </select>
      </Field>
      {action === 'add' ? null : (
        <Field label="Which punch?">
          <select
            value={draft.punchId}
            onChange={(event) => {
              const punchId = event.currentTarget.value;
              change({
                punchId,
                ...startOf(
                  punches.find(({ id }) => id === punchId),
                  timeZone,
                ),
              });
            }}
          >
            <option value="">Choose …</option>
            {punches.map((punch) => (
              <option key={punch.id} value={punch.id}>
                {directionWords(punch.direction)} at {clockOn(punch.at, timeZone, date)}
              </option>
            ))}
          </select>
        </Field>
      )}
      {action === 'add' || action === 'retime' ? (
        <div class="fields">
          <Field label="Date">
            <input
              type="date"
              value={draft.date}
              onInput={(event) => change({ date: event.currentTarget.value })}
            />
          </Field>
          <Field label={action === 'add' ? 'Time' : 'Right time'}>
            <input
              type="time"
              value={draft.time}
              onInput={(event) => change({ time: event.currentTarget.value })}
            />
          </Field>
        </div>
      ) : null}
      {happensTwice(draft, timeZone) ? (
        <Choice
          label="Which of the two? The clocks went back that night."
          options={instantsAt(draft.date, draft.time, timeZone).map((instant, index) => ({
            value: index === 0 ? ('earlier' as const) : ('later' as const),
            words: `${index === 0 ? 'The first' : 'The second'} ${draft.time} (${offsetWords(instant, timeZone)})`,
          }))}
          value={draft.fold}
          onChoose={(fold) => change({ fold })}
        />
      ) : null}
      {action === 'add' || action === 'reclassify' ? (
        <Choice<Direction>
          label="Direction"
          options={directions}
          value={draft.direction}
          onChoose={(direction) => change({ direction })}
        />
      ) : null}
      <Field label="Why?">
        <textarea
          rows={2}
          maxLength={500}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </Field>
      <p class="faint small">Times are those of {timeZone.replaceAll('_', ' ')}.</p>
      {problem === undefined ? null : (
        <p class="form-problem" role="alert">
          {problem}
        </p>
      )}
      <div class="buttons">
        <button type="submit" class="button main" disabled={sending}>
          {sending ? 'Sending …' : 'Ask for it'}
        </button>
        <button type="button" class="button" onClick={cancel}>
          Cancel
        </button>
      </div>
    </form>
  );
};

/** The time of the chosen punch to start from, and the direction that it does not have yet. */
const startOf = (punch: DayEntry | undefined, timeZone: string): Partial<Draft> =>
  punch === undefined
    ? {}
    : { ...wallClock(punch.at, timeZone), direction: punch.direction === 'in' ? 'out' : 'in' };

import { useState } from 'preact/hooks';
import type { CorrectionItem, NewDecision } from '#contract/correction.ts';
import { failureWords } from '../api/failure-words.ts';
import { reachOn } from '../api/permission.ts';
import { actionWords, changeWords, correctionLook, whyNotDecide } from '../attendance/change-words.ts';
import { Field } from '../components/field.tsx';
import { focusHeading } from '../components/focus.ts';
import { Tag } from '../components/tag.tsx';
import { useIntent } from '../components/use-intent.ts';
import { useAccount } from '../shell/account.ts';
import { clockAndDate } from '../words/clock-words.ts';

type Props = { readonly correction: CorrectionItem; readonly onDecided: () => void };

/** One correction: whose day, what before and after, why, and what became of it. */
export const CorrectionCard = ({ correction, onDecided }: Props) => {
  const { me } = useAccount();
  const { person, change, timeZone, reason, state, asked, decided } = correction;
  const { before, after } = changeWords(change, timeZone);
  const { words, tone, icon } = correctionLook(state);
  const askedBy = asked.by.person?.name ?? 'somebody who is no enrolled person';
  const mayDecide = reachOn('decideCorrection', me.groups) !== undefined;
  const whyNot = whyNotDecide(correction, me);
  return (
    <li class="panel correction">
      <header>
        <h2>{person.name}</h2>
        <Tag tone={tone} icon={icon}>
          {words}
        </Tag>
      </header>
      <p class="what">{actionWords(change.action)}</p>
      <dl class="before-after">
        <div>
          <dt>Before</dt>
          <dd>{before}</dd>
        </div>
        <div>
          <dt>After</dt>
          <dd>{after}</dd>
        </div>
      </dl>
      <blockquote>{reason}</blockquote>
      <p class="faint small">
        Asked for by {askedBy} at {clockAndDate(asked.at, timeZone)}
        {asked.overrodeLock ? ', although the period was closed' : ''}.
      </p>
      {decided === null ? null : (
        <p class="faint small">
          {words} by {decided.by.person?.name ?? 'somebody who is no enrolled person'} at{' '}
          {clockAndDate(decided.at, timeZone)}
          {decided.note === '' ? '.' : `: “${decided.note}”`}
        </p>
      )}
      {state !== 'waiting' || mayDecide === false ? null : whyNot === undefined ? (
        <Decide id={correction.id} who={person.name} onDecided={onDecided} />
      ) : (
        <p class="small">{whyNot}</p>
      )}
    </li>
  );
};

const Decide = ({
  id,
  who,
  onDecided,
}: {
  readonly id: string;
  readonly who: string;
  readonly onDecided: () => void;
}) => {
  const { api, onSignedOut } = useAccount();
  const [note, setNote] = useState('');
  const [problem, setProblem] = useState<string | undefined>();
  const [sending, setSending] = useState(false);
  const intent = useIntent();

  const decide = async (decision: NewDecision['decision']) => {
    setSending(true);
    setProblem(undefined);
    const wanted = { decision, note };
    const answer = await api.decideCorrection(id, wanted, intent.keyFor(JSON.stringify(wanted)));
    if (answer.ok) {
      intent.done();
      focusHeading();
      // The buttons stay off until the list comes without them.
      return onDecided();
    }
    setSending(false);
    if (answer.failure.kind === 'signed_out') onSignedOut();
    else setProblem(failureWords(answer.failure));
  };

  return (
    <div class="decide">
      <Field label="Note (they can read it)">
        <input
          type="text"
          maxLength={500}
          value={note}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
      </Field>
      {problem === undefined ? null : (
        <p class="form-problem" role="alert">
          {problem}
        </p>
      )}
      <div class="buttons">
        <button
          type="button"
          class="button main"
          disabled={sending}
          aria-label={`Approve the correction of ${who}`}
          onClick={() => void decide('approved')}
        >
          Approve
        </button>
        <button
          type="button"
          class="button"
          disabled={sending}
          aria-label={`Refuse the correction of ${who}`}
          onClick={() => void decide('refused')}
        >
          Refuse
        </button>
      </div>
    </div>
  );
};

import { useEffect, useRef, useState } from 'preact/hooks';
import { type PinAnswer, PinPunch } from '#contract/check-in.ts';
import type { Direction } from '#contract/outcome.ts';
import { failureWords } from '../api/failure-words.ts';
import { Choice } from '../components/field.tsx';
import { takeFocus } from '../components/focus.ts';
import { useIntent } from '../components/use-intent.ts';
import { useAccount } from '../shell/account.ts';
import { shortTime } from '../words/format.ts';
import { Keypad } from './keypad.tsx';

/** How long it shows that somebody was counted; and after how long without a key what somebody left behind is wiped. */
const resultMs = 5_000;
const abandonedMs = 20_000;

type Shown =
  | { readonly at: 'entry' }
  | { readonly at: 'sending' }
  | { readonly at: 'counted'; readonly answer: PinAnswer }
  | { readonly at: 'refused'; readonly words: string };

const blank = { number: '', pin: '', direction: 'auto' as Direction | 'auto' };

/** Number and PIN at a tablet by the door: the equal way without a face. Nothing of one person is left for the next. */
export const KioskPage = () => {
  const { api, onSignedOut } = useAccount();
  const [entry, setEntry] = useState(blank);
  const [active, setActive] = useState<'number' | 'pin'>('number');
  const [shown, setShown] = useState<Shown>({ at: 'entry' });
  const fields = { number: useRef<HTMLInputElement>(null), pin: useRef<HTMLInputElement>(null) };
  const intent = useIntent();

  const focus = (field: 'number' | 'pin') => {
    setActive(field);
    fields[field].current?.focus();
  };
  const wipe = () => {
    setEntry(blank);
    setShown({ at: 'entry' });
    setActive('number');
    intent.done();
  };
  const isBlank = shown.at === 'entry' && entry.number === '' && entry.pin === '';
  // The next person types at once.
  useEffect(() => {
    if (isBlank) fields.number.current?.focus();
  }, [isBlank, fields.number]);
  const change = (values: Partial<typeof blank>) => {
    setEntry({ ...entry, ...values });
    if (shown.at !== 'sending') setShown({ at: 'entry' });
  };

  // Whatever is on the screen goes by itself: a result soon, an entry that somebody walked away from a little later.
  useEffect(() => {
    if (isBlank || shown.at === 'sending') return;
    const timer = setTimeout(wipe, shown.at === 'counted' ? resultMs : abandonedMs);
    return () => clearTimeout(timer);
  }, [entry, shown]);

  const send = async () => {
    const { number, pin, direction } = entry;
    if (number.trim() === '') return focus('number');
    if (pin === '') return focus('pin');
    const punch = PinPunch.safeParse({ number, pin, ...(direction === 'auto' ? {} : { direction }) });
    if (punch.success === false) return setShown({ at: 'refused', words: 'A PIN has 4 to 8 digits.' });
    setShown({ at: 'sending' });
    const answer = await api.punchByPin(punch.data, intent.keyFor(JSON.stringify(entry)));
    if (answer.ok) {
      intent.done();
      setEntry(blank);
      setShown({ at: 'counted', answer: answer.value });
    } else if (answer.failure.kind === 'signed_out') onSignedOut();
    else {
      // What was typed was wrong or has to wait; only a lost line makes it worth keeping.
      if (answer.failure.kind !== 'unreachable') {
        intent.done();
        setEntry({ ...entry, pin: '' });
      }
      setShown({ at: 'refused', words: failureWords(answer.failure) });
      focus('pin');
    }
  };
  const press = (key: string) => {
    const typed = entry[active];
    change({
      [active]: key === 'back' ? typed.slice(0, -1) : (typed + key).slice(0, active === 'pin' ? 8 : 40),
    });
    fields[active].current?.focus();
  };

  return (
    <main id="main" class="page kiosk">
      <h1 tabIndex={-1}>Number and PIN</h1>
      {shown.at === 'counted' ? (
        <Counted answer={shown.answer} onDone={wipe} />
      ) : (
        <form
          noValidate
          autoComplete="off"
          onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}
        >
          <div class="entry">
            <label class={active === 'number' ? 'active' : undefined}>
              <span class="field-label">Your number</span>
              <input
                ref={fields.number}
                type="text"
                autoComplete="off"
                autoCapitalize="none"
                spellcheck={false}
                maxLength={40}
                value={entry.number}
                onFocus={() => setActive('number')}
                onInput={(event) => change({ number: event.currentTarget.value })}
              />
            </label>
            <label class={active === 'pin' ? 'active' : undefined}>
              <span class="field-label">Your PIN</span>
              {/* As a one-time code no browser offers to remember it on a machine that many people use. */}
              <input
                ref={fields.pin}
                type="password"
                inputMode="numeric"
                autoComplete="one-time-code"
                maxLength={8}
                value={entry.pin}
                onFocus={() => setActive('pin')}
                onInput={(event) => change({ pin: event.currentTarget.value })}
              />
            </label>
            <Choice<Direction | 'auto'>
              label="Which way"
              options={[
                { value: 'auto', words: 'Automatic' },
                { value: 'in', words: 'In' },
                { value: 'out', words: 'Out' },
              ]}
              value={entry.direction}
              onChoose={(direction) => change({ direction })}
            />
            {shown.at === 'refused' ? (
              <p class="form-problem big" role="alert">
                {shown.words}
              </p>
            ) : null}
          </div>
          <Keypad onKey={press} onClear={wipe} disabled={shown.at === 'sending'} />
          <button type="submit" class="button main wide" disabled={shown.at === 'sending'}>
            {shown.at === 'sending'
              ? 'One moment …'
              : active === 'number' && entry.pin === ''
                ? 'Next'
                : 'Done'}
          </button>
        </form>
      )}
    </main>
  );
};

const Counted = ({ answer, onDone }: { readonly answer: PinAnswer; readonly onDone: () => void }) => (
  <div class="answer good" role="status">
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d="M3 8.6 6.6 12 13 4.5" />
    </svg>
    <div>
      <p class="big">{answer.name}</p>
      <p class="big">
        {answer.outcome === 'duplicate' ? 'Already counted: ' : ''}
        {answer.direction === 'in' ? 'In' : 'Out'} at {shortTime(answer.localTime)}
      </p>
      <button type="button" class="button" ref={takeFocus} onClick={onDone}>
        Next person
      </button>
    </div>
  </div>
);

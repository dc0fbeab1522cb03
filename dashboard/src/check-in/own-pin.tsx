import { useState } from 'preact/hooks';
import { Pin } from '#contract/check-in.ts';
import { failureWords } from '../api/failure-words.ts';
import { Field } from '../components/field.tsx';
import { useAccount } from '../shell/account.ts';

/** One's PIN for the kiosk: the way of being counted that needs no face. */
export const OwnPin = () => {
  const { api, onSignedOut } = useAccount();
  const [pin, setPin] = useState('');
  const [saving, setSaving] = useState(false);
  const [note, setNote] = useState<{ readonly good: boolean; readonly words: string } | undefined>();

  const save = async () => {
    if (saving) return;
    if (Pin.safeParse(pin).success === false)
      return setNote({ good: false, words: 'A PIN has 4 to 8 digits.' });
    setSaving(true);
    const answer = await api.setOwnPin(pin);
    setSaving(false);
    if (answer.ok) {
      setPin('');
      setNote({ good: true, words: 'Your PIN is set. Use it with your number at a kiosk.' });
    } else if (answer.failure.kind === 'signed_out') onSignedOut();
    else setNote({ good: false, words: failureWords(answer.failure) });
  };

  return (
    <details class="panel own-pin">
      <summary>Without a face: your number and PIN at a kiosk</summary>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <p class="faint small">4 to 8 digits. It replaces the PIN that you have.</p>
        <Field label="New PIN">
          <input
            type="password"
            inputMode="numeric"
            autoComplete="new-password"
            maxLength={8}
            value={pin}
            onInput={(event) => setPin(event.currentTarget.value)}
          />
        </Field>
        <button type="submit" class="button">
          {saving ? 'One moment …' : 'Set my PIN'}
        </button>
        {note === undefined ? null : (
          <p class={note.good ? undefined : 'form-problem'} role={note.good ? 'status' : 'alert'}>
            {note.words}
          </p>
        )}
      </form>
    </details>
  );
};

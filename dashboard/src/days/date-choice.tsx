import { Field } from '../components/field.tsx';
import { addDays, todayIn } from '../words/local-clock.ts';

type Dates = { readonly from: string | undefined; readonly to: string | undefined };

/** One date with the day before and after it, or a range. Choosing today leaves the date out, so that tomorrow it is tomorrow. */
export const DateChoice = ({
  from,
  to,
  timeZone,
  onChoose,
}: Dates & { readonly timeZone: string | undefined; readonly onChoose: (dates: Dates) => void }) => {
  const isOne = from === to;
  const isToday = isOne && timeZone !== undefined && from === todayIn(timeZone);
  const go = (days: number) =>
    from === undefined ? undefined : onChoose({ from: addDays(from, days), to: undefined });
  return (
    <div class="date-choice">
      <Field label="From">
        <input
          type="date"
          value={from ?? ''}
          onChange={(event) => {
            const chosen = event.currentTarget.value;
            if (chosen === '') return;
            onChoose({ from: chosen, to: isOne || to === undefined || to < chosen ? undefined : to });
          }}
        />
      </Field>
      <Field label="To">
        <input
          type="date"
          value={to ?? ''}
          min={from}
          onChange={(event) => {
            const chosen = event.currentTarget.value;
            if (chosen !== '' && from !== undefined && chosen >= from)
              onChoose({ from, to: chosen === from ? undefined : chosen });
          }}
        />
      </Field>
      <div class="buttons">
        <button type="button" class="button" onClick={() => go(-1)}>
          <span aria-hidden="true">←</span> Day before
        </button>
        <button
          type="button"
          class="button"
          aria-disabled={isToday}
          onClick={() => (isToday ? undefined : onChoose({ from: undefined, to: undefined }))}
        >
          Today
        </button>
        <button type="button" class="button" onClick={() => go(1)}>
          Day after <span aria-hidden="true">→</span>
        </button>
      </div>
    </div>
  );
};

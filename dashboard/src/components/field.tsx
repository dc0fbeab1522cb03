import type { ComponentChildren } from 'preact';

/** A labelled control. */
export const Field = ({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ComponentChildren;
}) => (
  // biome-ignore lint/a11y/noLabelWithoutControl: the control is among the children
  <label class="field">
    <span class="field-label">{label}</span>
    {children}
  </label>
);

/** A few choices of which one holds, as buttons in a row. */
export const Choice = <V extends string>({
  label,
  options,
  value,
  onChoose,
}: {
  readonly label: string;
  readonly options: readonly { readonly value: V; readonly words: ComponentChildren }[];
  readonly value: V;
  readonly onChoose: (value: V) => void;
}) => (
  <fieldset class="choice">
    <legend class="unseen">{label}</legend>
    {options.map((option) => (
      <button
        key={option.value}
        type="button"
        aria-pressed={option.value === value}
        onClick={() => onChoose(option.value)}
      >
        {option.words}
      </button>
    ))}
  </fieldset>
);

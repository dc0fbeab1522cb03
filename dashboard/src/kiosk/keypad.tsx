const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** Large keys that type into the active field. They leave the focus where it is, so keys and keyboard mix. */
export const Keypad = ({
  onKey,
  onClear,
  disabled,
}: {
  readonly onKey: (key: string) => void;
  readonly onClear: () => void;
  readonly disabled: boolean;
}) => (
  // biome-ignore lint/a11y/useSemanticElements: a fieldset would be announced with every key
  <div class="keypad" role="group" aria-label="Keys">
    {digits.map((digit) => (
      <button key={digit} type="button" disabled={disabled} onClick={() => onKey(digit)}>
        {digit}
      </button>
    ))}
    <button type="button" class="small" disabled={disabled} onClick={onClear}>
      Clear
    </button>
    <button type="button" disabled={disabled} onClick={() => onKey('0')}>
      0
    </button>
    <button
      type="button"
      class="small"
      aria-label="Delete the last"
      disabled={disabled}
      onClick={() => onKey('back')}
    >
      ⌫
    </button>
  </div>
);

/** Digits in the order of the keys, round the end, so that 7890 is a row as well. */
const keys = '01234567890123456789';

/** Why a PIN is too easy to guess, in words; null when it is none of the first that anybody would try. */
export const weaknessOf = (pin: string, personNumber: string): string | null => {
  if (/^(\d)\1*$/.test(pin)) return 'All its digits are the same.';
  const backwards = [...pin].reverse().join('');
  if (keys.includes(pin) || keys.includes(backwards)) return 'Its digits are in a row.';
  if (/^(\d\d)\1+$/.test(pin)) return 'It repeats the same two digits.';
  const digits = personNumber.replaceAll(/\D/g, '');
  if (digits !== '' && digits.padStart(pin.length, '0') === pin) return 'It is the person’s own number.';
  return null;
};

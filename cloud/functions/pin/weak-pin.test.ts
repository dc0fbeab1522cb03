import { describe, expect, it } from 'vitest';
import { weaknessOf } from './weak-pin.ts';

describe('a PIN', () => {
  it.each(['0000', '77777777', '1234', '4321', '7890', '0987', '23456789', '1212', '909090'])(
    '%s is too easy to guess, and the words say why',
    (pin) => {
      expect(weaknessOf(pin, '1042')).toMatch(/^(All its|Its|It) .*\.$/);
    },
  );

  it('may not be the person’s own number', () => {
    expect(weaknessOf('1042', '1042')).toMatch(/own number/);
    expect(weaknessOf('1042', 'E-1042')).toMatch(/own number/);
    expect(weaknessOf('0042', '42')).toMatch(/own number/);
  });

  it.each(['4711', '2580', '1235', '1357', '12312', '90210'])(
    '%s is none of the first that are tried',
    (pin) => {
      expect(weaknessOf(pin, '1042')).toBeNull();
      expect(weaknessOf(pin, 'Ada')).toBeNull();
    },
  );
});

import { describe, expect, it } from 'vitest';
import { makeIntent } from './use-intent.ts';

describe('the key of an intent', () => {
  const intent = () => {
    let made = 0;
    return makeIntent(() => {
      made += 1;
      return `key-${made}`;
    });
  };

  it('stays the same while the same is tried again', () => {
    const { keyFor } = intent();
    expect([keyFor('add 08:00'), keyFor('add 08:00')]).toEqual(['key-1', 'key-1']);
  });

  it('changes with what is wanted, and once it is done', () => {
    const { keyFor, done } = intent();
    expect([keyFor('add 08:00'), keyFor('add 09:00')]).toEqual(['key-1', 'key-2']);
    done();
    expect(keyFor('add 09:00')).toBe('key-3');
  });
});

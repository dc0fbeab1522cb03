import { describe, expect, it } from 'vitest';
import { codeMatches, createCode, hashCode } from './one-time-code.ts';

describe('a one-time code', () => {
  it('can be read aloud: five groups of five, without letters that look alike', () => {
    for (let n = 0; n < 50; n += 1) {
      expect(createCode()).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){4}$/);
    }
  });

  it('is another one each time', () => {
    expect(new Set(Array.from({ length: 200 }, createCode)).size).toBe(200);
  });

  it('is accepted however its letters and groups are typed, and no other is', () => {
    const code = createCode();
    const hash = hashCode(code);
    expect(codeMatches(code.toLowerCase().replaceAll('-', ' '), hash)).toBe(true);
    expect(codeMatches(createCode(), hash)).toBe(false);
    expect(codeMatches('', hash)).toBe(false);
    expect(hash).not.toContain(code.slice(0, 5).toLowerCase());
  });
});

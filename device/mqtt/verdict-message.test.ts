import { describe, expect, it } from 'vitest';
import { golden } from '#contract/golden.ts';
import { parseVerdict } from './verdict-message.ts';

const payload = (text: string): ArrayBuffer => new Uint8Array(Buffer.from(text)).buffer;

describe('a message on the verdicts topic', () => {
  it.each(['verdict-matched', 'verdict-unknown'])('is read when it is the golden %s', (name) => {
    expect(parseVerdict(payload(JSON.stringify(golden(name))))).toEqual(golden(name));
  });

  const refused = golden('refused')['verdict-matched'] as { why: string; change: object }[];
  it.each(refused)('is refused for $why', ({ change }) => {
    const message = { ...golden('verdict-matched'), ...change };
    expect(parseVerdict(payload(JSON.stringify(message)))).toBeUndefined();
  });

  it.each(['', '{', 'null', '[]', '"matched"'])('is refused when it is %j', (text) => {
    expect(parseVerdict(payload(text))).toBeUndefined();
  });

  it('is refused without a payload', () => {
    expect(parseVerdict(undefined)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { hashPin, nobodysHash, pinMatches } from './pin-hash.ts';

describe('the hash of a PIN', () => {
  it('is matched by the PIN alone, and is another one each time', async () => {
    const [one, other] = await Promise.all([hashPin('4711'), hashPin('4711')]);
    expect(await pinMatches('4711', one)).toBe(true);
    expect(await pinMatches('4712', one)).toBe(false);
    expect(one.salt).not.toBe(other.salt);
    expect(one.key).not.toBe(other.key);
    expect(JSON.stringify(one)).not.toContain('4711');
  });

  it('says what it cost, so that hashes made at another cost still match', async () => {
    expect(await hashPin('4711')).toMatchObject({ logN: 15, r: 8, p: 1 });
    // Vector: RFC 7914, section 12, with its 64 bytes cut to the 32 that are stored.
    const ofTheRfc = {
      logN: 14,
      r: 8,
      p: 1,
      salt: Buffer.from('SodiumChloride').toString('base64'),
      key: Buffer.from('7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2', 'hex').toString(
        'base64',
      ),
    };
    expect(await pinMatches('pleaseletmein', ofTheRfc)).toBe(true);
  });

  it('of nobody costs as much, and matches nothing', async () => {
    const { logN, r, p } = await hashPin('4711');
    expect(nobodysHash).toMatchObject({ logN, r, p });
    expect(await pinMatches('4711', nobodysHash)).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { siteFor } from './site-choice.ts';

describe('the site shown', () => {
  it('is the one in the address if the person may see it, else their first', () => {
    const me = { groups: ['hr' as const], sites: ['main', 'depot'] };
    expect(siteFor(me, '?site=depot')).toBe('depot');
    expect(siteFor(me, '?site=elsewhere')).toBe('main');
    expect(siteFor({ ...me, sites: [] }, '')).toBeUndefined();
  });

  it('is none for people who see only themselves', () => {
    expect(siteFor({ groups: ['staff'], sites: ['main'] }, '?site=main')).toBeUndefined();
  });
});

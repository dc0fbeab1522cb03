import { describe, expect, it } from 'vitest';
import { Site, Sites } from './site.ts';

const site = {
  id: 'main',
  name: 'Main office',
  timeZone: 'Europe/Berlin',
  acceptSimilarity: 99,
  margin: 2,
  duplicatePunchMinutes: 2,
  photoPolicy: 'never',
};

describe('a site', () => {
  it.each([
    ['a time zone that does not exist', { timeZone: 'Europe/Atlantis' }],
    ['a threshold below what is searched for', { acceptSimilarity: 79 }],
    ['a margin that reaches below what is searched for', { acceptSimilarity: 90, margin: 11 }],
    ['a photo policy that is not built', { photoPolicy: 'all' }],
    ['a misspelt key', { acceptSimilarty: 99 }],
  ])('refuses %s', (_case, change) => {
    expect(Site.safeParse({ ...site, ...change }).success).toBe(false);
  });

  it('takes a margin that reaches exactly as far as the search', () => {
    expect(Site.safeParse({ ...site, acceptSimilarity: 90, margin: 10 }).success).toBe(true);
  });

  it('has an id of its own', () => {
    expect(Sites.safeParse([site, { ...site, id: 'depot' }]).success).toBe(true);
    expect(Sites.safeParse([site, site]).success).toBe(false);
  });
});

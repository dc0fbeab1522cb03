import { describe, expect, it } from 'vitest';
import type { Group } from '#contract/api.ts';
import { pagesFor, placeAt } from './pages.ts';

const person = { id: 'p-1', name: 'Ada Example' };
const someone = (groups: Group[], change: object = {}) => ({ groups, sites: ['main'], person, ...change });
const names = (...who: Parameters<typeof someone>) => pagesFor(someone(...who)).map(({ name }) => name);

describe('the navigation', () => {
  it('offers staff their own pages', () => {
    expect(names(['staff'])).toEqual(['arrivals', 'check-in', 'my-days', 'summary', 'corrections']);
  });

  it('offers managers and HR their sites, and their own days if they are a person themselves', () => {
    expect(names(['hr'])).toEqual(['arrivals', 'days', 'my-days', 'summary', 'corrections']);
    expect(names(['manager'], { person: null })).toEqual(['arrivals', 'days', 'summary', 'corrections']);
  });

  it('offers a kiosk the kiosk, and nothing to whom nothing is linked', () => {
    expect(names(['kiosk'], { person: null })).toEqual(['kiosk']);
    expect(names(['staff'], { person: null })).toEqual([]);
    expect(names(['hr'], { person: null, sites: [] })).toEqual([]);
    expect(names([])).toEqual([]);
  });
});

describe('a path', () => {
  it('leads to its page, and the root to the first that one has', () => {
    expect(placeAt('/summary', someone(['staff'])).page?.name).toBe('summary');
    expect(placeAt('/', someone(['kiosk'], { person: null })).page?.name).toBe('kiosk');
  });

  it('says whether there is no such page, or none for this person', () => {
    expect(placeAt('/days', someone(['staff']))).toEqual({ page: undefined, why: 'not_for_you' });
    expect(placeAt('/dayz', someone(['staff']))).toEqual({ page: undefined, why: 'no_such_page' });
  });
});

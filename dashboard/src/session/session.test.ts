import { describe, expect, it } from 'vitest';
import { safeReturn } from './session.ts';

describe('the way back from the sign-in', () => {
  it('leads to the page that was asked for', () => {
    expect(safeReturn('/?site=main', '/callback')).toBe('/?site=main');
  });

  it.each([
    'https://elsewhere.example',
    '//elsewhere.example',
    '/\\elsewhere.example',
    '/callback?code=1',
    7,
    undefined,
  ])('never leads to %s', (returnTo) => {
    expect(safeReturn(returnTo, '/callback')).toBe('/');
  });
});

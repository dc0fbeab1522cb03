import { expect, it } from 'vitest';
import { attributesProblem } from './thing-attributes.ts';

it('takes what AWS takes', () => {
  expect(attributesProblem({ serial: 'pi-00:11', site: 'head.office', 'a/b': '' })).toBeUndefined();
});

it.each([
  ['a fourth attribute', { a: '1', b: '2', c: '3', d: '4' }, 'at most 3'],
  ['a name with a space', { 'the site': 'a' }, 'the site'],
  ['a value with a space', { site: 'Head office' }, 'site'],
  ['a value beyond 800 characters', { site: 'x'.repeat(801) }, 'site'],
])('refuses %s', (_, attributes, named) => {
  expect(attributesProblem(attributes)).toContain(named);
});

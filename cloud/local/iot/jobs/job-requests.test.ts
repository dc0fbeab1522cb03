import { expect, it } from 'vitest';
import { parseJobRequest, UpdateRequest } from './job-requests.ts';

const update = (statusDetails: object) =>
  parseJobRequest(UpdateRequest, Buffer.from(JSON.stringify({ status: 'SUCCEEDED', statusDetails })));

it('takes details that AWS takes', () => {
  expect(update({ 'step:1': 'fetched Ä' }).statusDetails).toEqual({ 'step:1': 'fetched Ä' });
});

it.each([
  ['a name with a space', { 'the step': 'fetch' }],
  ['an empty value', { step: '' }],
  ['a line break in a value', { step: 'a\nb' }],
  ['an eleventh detail', Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`d${n}`, 'x']))],
])('refuses %s', (_, details) => {
  expect(() => update(details)).toThrow('statusDetails');
});

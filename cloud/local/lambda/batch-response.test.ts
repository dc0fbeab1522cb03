import { expect, it } from 'vitest';
import { reportedFailures } from './batch-response.ts';

const ids = ['a', 'b', 'c'];

it.each([
  ['null', null],
  ['undefined', undefined],
  ['an empty object', {}],
  ['an empty list', { batchItemFailures: [] }],
  ['a list that is null', { batchItemFailures: null }],
])('takes %s for a full success', (_, payload) => {
  expect(reportedFailures(payload, ids)).toEqual(new Set());
});

it('takes the messages that are named, and only those, for failed', () => {
  const payload = { batchItemFailures: [{ itemIdentifier: 'b' }] };
  expect(reportedFailures(payload, ids)).toEqual(new Set(['b']));
});

it.each([
  ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }],
  ['an identifier that is null', { batchItemFailures: [{ itemIdentifier: null }] }],
  ['a wrong key', { batchItemFailures: [{ messageId: 'a' }] }],
  [
    'a message that was not in the batch',
    { batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'z' }] },
  ],
  ['something else than a list', { batchItemFailures: 'a' }],
  ['a text', 'done'],
])('takes %s for a failure of the whole batch', (_, payload) => {
  expect(reportedFailures(payload, ids)).toEqual(new Set(ids));
});

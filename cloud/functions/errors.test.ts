import { describe, expect, it } from 'vitest';
import { causeName, isThrottle, OperatorError, RetryLater, whoMustAct } from './errors.ts';

const fromAws = (name: string, status = 400) =>
  Object.assign(new Error('says AWS'), { name, $metadata: { httpStatusCode: status } });

describe('who must act on an error', () => {
  it.each(['ThrottlingException', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded'])(
    'nobody, for %s: it is a throttle and is tried again',
    (name) => {
      expect(isThrottle(fromAws(name))).toBe(true);
      expect(whoMustAct(fromAws(name))).toMatchObject({ name: 'RetryLater', code: 'throttled' });
    },
  );

  it.each([
    'InternalServerError',
    'ServiceUnavailable',
    'TimeoutError',
    'TransactionCanceledException',
    'WhoKnows',
  ])('nobody, for %s: it is tried again', (name) => {
    expect(isThrottle(fromAws(name, 500))).toBe(false);
    expect(whoMustAct(fromAws(name, 500))).toMatchObject({ name: 'RetryLater', code: 'call_failed' });
  });

  it.each([
    'AccessDeniedException',
    'ResourceNotFoundException',
    'UnrecognizedClientException',
    'AuthorizationErrorException',
  ])('an operator, for %s, with the remedy', (name) => {
    const thrown = whoMustAct(fromAws(name));
    expect(thrown).toBeInstanceOf(OperatorError);
    expect(thrown).toMatchObject({ code: 'aws_refused', message: expect.stringMatching(/deploy|account/) });
  });

  it.each([new TypeError('x'), fromAws('ZodError'), fromAws('ValidationException')])(
    'a developer, for %s of our own making',
    (error) => expect(whoMustAct(error)).toMatchObject({ name: 'OperatorError', code: 'fault' }),
  );

  it('whoever it said before, for an error of ours', () => {
    for (const error of [new RetryLater('later'), new OperatorError('now', 'do it')])
      expect(whoMustAct(error)).toBe(error);
  });

  it('names the class underneath for a log, never its message', () => {
    expect(causeName(whoMustAct(fromAws('ThrottlingException')))).toBe('ThrottlingException');
    expect(causeName(new RetryLater('lost_every_race'))).toBe('RetryLater');
    expect(causeName(whoMustAct('a string'))).toBe('RetryLater');
  });
});

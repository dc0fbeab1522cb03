import { describe, expect, it } from 'vitest';
import { basicIngestRoute, filterMatches, topicProblem } from './topics.ts';

describe('topic filters', () => {
  it.each([
    ['a/b', 'a/b', true],
    ['a/+', 'a/b', true],
    ['a/+', 'a', false],
    ['a/+', 'a/b/c', false],
    ['+/+', 'a/', true],
    ['a/#', 'a/b/c', true],
    ['a/#', 'a', true],
    ['#', 'a/b', true],
    ['#', '$aws/x', false],
    ['+/x', '$aws/x', false],
    ['$aws/#', '$aws/x', true],
    ['a/b', 'a/B', false],
  ])('%s covers %s: %s', (filter, topic, covered) => {
    expect(filterMatches(filter, topic)).toBe(covered);
  });
});

describe('topic limits', () => {
  it.each([
    ['a/b/c/d/e/f/g/h', true],
    ['a/b/c/d/e/f/g/h/i', false],
    ['x'.repeat(256), true],
    ['x'.repeat(257), false],
    ['', false],
    [`$aws/rules/rule/${'x'.repeat(256)}`, true],
    ['$aws/rules/rule/a/b/c/d/e/f/g/h', true],
    ['$aws/rules/rule/a/b/c/d/e/f/g/h/i', false],
    ['$aws/rules/rule', false],
  ])('%s is allowed: %s', (topic, allowed) => {
    expect(topicProblem(topic) === undefined).toBe(allowed);
  });

  it('finds rule and topic of Basic Ingest', () => {
    expect(basicIngestRoute('$aws/rules/r/a/b')).toEqual({ rule: 'r', topic: 'a/b' });
    expect(basicIngestRoute('$aws/things/r/a/b')).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { config } from '../../rollcall.config.ts';
import { photoClasses } from './photo-classes.ts';
import { resourcesOf, synthesiseForTests } from './template-for-tests.ts';

type Rule = {
  readonly Id: string;
  readonly Prefix?: string;
  readonly ExpirationInDays: number;
  readonly Status: string;
};

const rules = resourcesOf(synthesiseForTests(config), 'AWS::S3::Bucket')
  .filter(({ id }) => id.startsWith('StorageImages'))
  .flatMap(({ Properties }) => (Properties.LifecycleConfiguration as { Rules: readonly Rule[] }).Rules);

/** When S3 lets an object of a rule expire: the days are added to its time, and the next midnight UTC ends them. */
const expiryOf = (uploaded: Date, days: number): number =>
  Math.ceil((uploaded.getTime() + days * 86_400_000) / 86_400_000) * 86_400_000;

describe('a picture', () => {
  const worst = new Date('2026-03-02T00:00:01.000Z');

  it.each(photoClasses(config).map((photo) => [photo.prefix, photo]))(
    'in %s is gone when its class says so, however S3 rounds',
    (prefix, { atMostDays }) => {
      const rule = rules.find(({ Prefix }) => Prefix === prefix);
      const hours = (expiryOf(worst, rule?.ExpirationInDays ?? Number.NaN) - worst.getTime()) / 3_600_000;
      expect(hours).toBeLessThanOrEqual(atMostDays * 24);
      expect(hours).toBeGreaterThan((atMostDays - 1) * 24);
    },
  );

  it('that nobody matched is gone within 72 hours', () => {
    const [unmatched] = photoClasses(config).filter(({ prefix }) => prefix === 'unmatched/');
    expect(unmatched?.atMostDays).toBe(3);
  });

  it('under no known prefix is kept no longer than the longest class', () => {
    const [everything, ...others] = rules.filter(({ Prefix }) => Prefix === undefined);
    expect(others).toEqual([]);
    expect(everything?.ExpirationInDays).toBe(Math.max(...rules.map((rule) => rule.ExpirationInDays)));
  });

  it('expires by rules that are all on, and whose prefixes do not overlap', () => {
    const prefixes = rules.flatMap(({ Prefix }) => Prefix ?? []);
    for (const { Status } of rules) expect(Status).toBe('Enabled');
    for (const prefix of prefixes) {
      expect(prefixes.filter((other) => other.startsWith(prefix))).toEqual([prefix]);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { config } from '../../rollcall.config.ts';
import { defineRollcall, type RollcallConfig } from './configuration.ts';
import { deployReminders } from './reminders.ts';

const without = (message: RegExp, wrong: object): void =>
  expect(() => defineRollcall({ ...config, ...wrong } as RollcallConfig)).toThrow(message);

describe('rollcall.config.ts', () => {
  it('reports every mistake at once', () => {
    without(/stage[\s\S]*sites/, { stage: 'Dev', sites: [] });
  });

  it.each([
    ['an unknown key, which would be a forgotten wish', { alertAdresses: ['a@example.com'] }],
    ['an address that is none', { alertAddresses: ['facilities'] }],
    ['a budget of nothing', { monthlyBudgetUsd: 0 }],
    ['searches that may cost nothing', { searches: { monthlyBudgetUsd: 0 } }],
    ['an account that is none', { deployTo: { account: '1234', region: 'eu-west-1' } }],
    ['a Region that is none', { deployTo: { account: '123456789012', region: 'Frankfurt' } }],
    ['so little concurrency that failed deliveries could take all of it', { ingestReservedConcurrency: 2 }],
    ['backups beyond what DynamoDB keeps', { retention: { ...config.retention, backupDays: 36 } }],
  ])('refuses %s', (_what, wrong) => {
    without(/needs correcting/, wrong);
  });

  it('refuses to keep unmatched pictures for longer than 72 hours', () => {
    const photos = { ...config.retention.photos, unmatchedDays: 4 };
    without(/unmatchedDays/, { retention: { ...config.retention, photos } });
  });

  it('takes as many sites as fit into the environment of a function, and says so of more', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ ...config.sites[0], id: `site-${n}`, name: `Office ${n}` }));
    expect(defineRollcall({ ...config, sites: many(20) } as RollcallConfig).sites).toHaveLength(20);
    without(/3500 bytes/, { sites: many(40) });
  });

  it('takes a GovCloud Region', () => {
    const deployTo = { account: '123456789012', region: 'us-gov-west-1' };
    expect(defineRollcall({ ...config, deployTo }).deployTo).toEqual(deployTo);
  });
});

describe('before a deployment', () => {
  it('one is reminded of the opt-out always, and of all that the demo leaves open', () => {
    const reminders = deployReminders(config);
    expect(reminders).toHaveLength(4);
    expect(reminders[0]).toContain('cloud/infra/ai-services-opt-out-policy.json');
    expect(reminders.join()).toMatch(/alertAddresses[\s\S]*keepDataOnDelete[\s\S]*deployTo/);
  });

  it('one is reminded of the opt-out and the confirmation e-mails when all is set', () => {
    const reminders = deployReminders({
      alertAddresses: ['facilities@example.com'],
      keepDataOnDelete: true,
      deployTo: { account: '123456789012', region: 'eu-west-1' },
    });
    expect(reminders).toHaveLength(2);
    expect(reminders[1]).toContain('confirm');
  });
});

import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { Me, Now, Problem, PunchPage, SightingPage } from './api.ts';
import { DashboardConfig } from './dashboard-config.ts';
import { golden } from './golden.ts';
import { thingName } from './names.ts';
import { DeviceConfiguration } from './provisioning.ts';
import { Passage, Sighting } from './sighting.ts';
import { basicIngest, passagesRule, provisioningTemplate, sightingsRule, sightingsTopic } from './topics.ts';
import { Verdict } from './verdict.ts';

const schemas: Readonly<Record<string, z.ZodType>> = {
  sighting: Sighting,
  passage: Passage,
  'verdict-matched': Verdict,
  'verdict-unknown': Verdict,
  'device-configuration': DeviceConfiguration,
  punches: PunchPage,
  sightings: SightingPage,
  now: Now,
  me: Me,
  problem: Problem,
  'dashboard-config': DashboardConfig,
};

describe('golden examples', () => {
  it.each(Object.entries(schemas))('%s passes its schema unchanged', (name, schema) => {
    const example = golden(name);
    expect(schema.parse(example)).toEqual(example);
  });

  const refused = golden('refused') as Record<string, { why: string; change: object }[]>;
  const cases = Object.entries(refused).flatMap(([name, list]) => list.map((entry) => ({ name, ...entry })));
  it.each(cases)('$name is refused: $why', ({ name, change }) => {
    expect(schemas[name]?.safeParse({ ...golden(name), ...change }).success).toBe(false);
  });
});

describe('topics', () => {
  const longest = { stage: 'abcdefghijkl', serial: 'S'.repeat(40) };

  it('stay within IoT Core limits for the longest names', () => {
    const topic = sightingsTopic(thingName(longest.stage, longest.serial));
    expect(Buffer.byteLength(topic)).toBeLessThanOrEqual(256);
    expect(topic.split('/').length - 1).toBeLessThanOrEqual(7);
    expect(provisioningTemplate(longest.stage).length).toBeLessThanOrEqual(36);
    expect(thingName(longest.stage, longest.serial).length).toBeLessThanOrEqual(128);
  });

  it('are the ones that the design fixes', () => {
    expect(basicIngest(sightingsRule('dev'), sightingsTopic('rollcall-dev-demo-1'))).toBe(
      golden('device-configuration').sightingsTopic,
    );
    expect(passagesRule('dev')).toBe('rollcall_dev_passages');
  });
});

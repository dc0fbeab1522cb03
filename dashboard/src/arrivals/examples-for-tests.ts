import { type PunchItem, PunchPage, type SightingItem, SightingPage } from '#contract/api.ts';
import { golden } from '#contract/golden.ts';

const [goldenPunch] = PunchPage.parse(golden('punches')).items;
const [goldenSighting] = SightingPage.parse(golden('sightings')).items;

/** The golden punch at another second of its minute, under another id. */
export const punchAt = (second: number, change: Partial<PunchItem> = {}): PunchItem => {
  if (goldenPunch === undefined) throw new Error('golden/punches.json is empty');
  return { ...goldenPunch, id: `punch-${second}`, at: instant(second), localTime: local(second), ...change };
};

/** The golden unknown sighting at another second of the same minute. */
export const sightingAt = (second: number, change: Partial<SightingItem> = {}): SightingItem => {
  if (goldenSighting === undefined) throw new Error('golden/sightings.json is empty');
  return {
    ...goldenSighting,
    passageId: `passage-${second}`,
    capturedAt: instant(second),
    localTime: local(second),
    ...change,
  };
};

const two = (second: number) => String(second).padStart(2, '0');
const instant = (second: number): string => `2026-11-23T07:58:${two(second)}.000Z`;
const local = (second: number) => `2026-11-23T08:58:${two(second)}.000`;

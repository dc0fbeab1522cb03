import { makeThrottle } from '../apigateway/throttle.ts';
import { makeChance } from './chance.ts';
import type { FaultPlace, FaultRule } from './fault-rule.ts';

type Kind = FaultRule['kind'];

/** A rule with its memory: chance, quota and strikes so far. */
export interface RuleInForce {
  readonly rule: FaultRule;
  readonly struck: number;
  /** Its `times` are used up or its `until` has passed. */
  readonly over: boolean;
  /** Whether it strikes a call of this place now, being of one of these kinds; counts it if so. */
  strikes(place: FaultPlace, kinds: readonly Kind[]): boolean;
  /** How long what it just struck is held back, in milliseconds. */
  waitMs(): number;
}

/** `now` is epoch milliseconds. */
export const putInForce = (rule: FaultRule, now: () => number): RuleInForce => {
  const chance = makeChance('seed' in rule ? rule.seed : 0);
  const quota =
    rule.kind === 'throttle' && rule.perSecond !== undefined
      ? makeThrottle(Math.max(1, rule.perSecond), rule.perSecond, now)
      : undefined;
  let struck = 0;

  const isOver = (): boolean =>
    (rule.until !== undefined && now() >= Date.parse(rule.until)) ||
    (rule.kind !== 'outage' && rule.times !== undefined && struck >= rule.times);

  return {
    rule,
    get struck() {
      return struck;
    },
    get over() {
      return isOver();
    },
    strikes(place, kinds) {
      if (rule.kind === 'outage' || !kinds.includes(rule.kind) || isOver()) return false;
      if (rule.service !== place.service || !['*', place.operation].includes(rule.operation)) return false;
      if (rule.probability !== undefined && chance() >= rule.probability) return false;
      if (quota?.admits() === true) return false;
      struck += 1;
      return true;
    },
    waitMs() {
      if (rule.kind === 'delay') return rule.ms;
      return rule.kind === 'reorder' ? chance() * rule.withinMs : 0;
    },
  };
};

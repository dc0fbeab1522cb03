import { arn, type LocalLog } from '../../account.ts';
import { ServiceError } from '../../gateway/service.ts';
import type { Message } from '../message.ts';
import { basicIngestRoute } from '../topics.ts';
import { type ActionRunner, actionNames, type RuleAction, resourceOf } from './actions.ts';
import { errorMessage, type FailedAction } from './error-message.ts';
import { compileStatement, type Statement } from './statement.ts';

/** A topic rule with its actions. */
export type RuleDefinition = {
  readonly name: string;
  readonly sql: string;
  readonly disabled: boolean;
  readonly actions: readonly RuleAction[];
  /** Gets one message for every message that an action did not take. */
  readonly errorAction?: RuleAction;
};

/** What CloudWatch would count for one rule. */
type RuleCounts = {
  matched: number;
  delivered: number;
  failed: number;
  errorActionDelivered: number;
  errorActionFailed: number;
};

export interface RuleEngine {
  /** Creates or replaces a rule. Throws RuleSqlError for SQL that is not understood. */
  define(rule: RuleDefinition): void;
  /**
   * Runs every rule that the message triggers, or the one rule that its Basic Ingest topic names.
   * Resolves once all actions have taken it; one that refuses it is counted and logged. Rejects when this machine failed
   * (its disk is full, say): then the publisher must keep the message.
   */
  take(message: Message): Promise<void>;
  counts(rule: string): Readonly<RuleCounts>;
  rules(): readonly RuleDefinition[];
}

/** One action about to be given one message. */
type Delivery = {
  readonly rule: string;
  readonly topic: string;
  readonly action: (typeof actionNames)[RuleAction['kind']];
  readonly resource: string;
};

/**
 * A way to disturb deliveries for tests: may call `deliver` late, twice or not at all. The message counts as taken when
 * the returned promise resolves, and as refused when it rejects with a ServiceError.
 */
export type DeliveryFault = (delivery: Delivery, deliver: () => Promise<void>) => Promise<void>;

type Rule = { definition: RuleDefinition; statement: Statement; counts: RuleCounts };

export const ruleArn = (name: string): string => arn('iot', `rule/${name}`);

const noCounts = (): RuleCounts => ({
  matched: 0,
  delivered: 0,
  failed: 0,
  errorActionDelivered: 0,
  errorActionFailed: 0,
});

/** Why an action did not take a message, in its service's words; undefined when it did. */
const refusalOf = async (performed: Promise<void>): Promise<string | undefined> => {
  try {
    await performed;
    return undefined;
  } catch (error) {
    if (error instanceof ServiceError) return error.message;
    throw error;
  }
};

/** The rules engine: MQTT and HTTPS publishes go in, deliveries to functions and queues come out. `now` is epoch milliseconds. */
export const makeRuleEngine = ({
  actions: runner,
  deliver = (_delivery, run) => run(),
  now,
  log,
}: {
  readonly actions: ActionRunner;
  readonly deliver?: DeliveryFault | undefined;
  readonly now: () => number;
  readonly log: LocalLog;
}): RuleEngine => {
  const rules = new Map<string, Rule>();

  const fail = (rule: Rule, reason: string): void => {
    rule.counts.failed += 1;
    log.warn('iot.rule.failed', { rule: rule.definition.name, reason, failed: rule.counts.failed });
  };

  const perform = (rule: string, topic: string, action: RuleAction, value: unknown): Promise<void> =>
    deliver({ rule, topic, action: actionNames[action.kind], resource: resourceOf(action) }, () =>
      runner.run(action, value, ruleArn(rule)),
    );

  const tellErrorAction = async (rule: Rule, topic: string, told: unknown): Promise<void> => {
    const { name, errorAction } = rule.definition;
    if (errorAction === undefined) return;
    const reason = await refusalOf(perform(name, topic, errorAction, told));
    if (reason === undefined) {
      rule.counts.errorActionDelivered += 1;
      return;
    }
    rule.counts.errorActionFailed += 1;
    log.warn('iot.rule.error_action_failed', { rule: name, reason });
  };

  const run = async (rule: Rule, message: Message, topic: string): Promise<void> => {
    const selection = rule.statement.select(message, topic, now());
    if (selection.kind === 'skipped') return;
    rule.counts.matched += 1;
    // Errors in the SQL only go to the log: an error action is for actions (AWS IoT developer guide, as above).
    if (selection.kind === 'failed') return fail(rule, selection.reason);
    const { name, actions } = rule.definition;
    const failures: FailedAction[] = [];
    for (const action of actions) {
      const reason =
        selection.kind === 'binary'
          ? "this action takes no binary payload: select encode(*, 'base64')"
          : await refusalOf(perform(name, topic, action, selection.value));
      if (reason === undefined) {
        rule.counts.delivered += 1;
        continue;
      }
      fail(rule, reason);
      failures.push({ action, reason });
    }
    if (failures.length === 0) return;
    await tellErrorAction(rule, topic, errorMessage(name, topic, selection.traceId, message, failures));
  };

  return {
    define(definition) {
      rules.set(definition.name, {
        definition,
        statement: compileStatement(definition.sql),
        counts: noCounts(),
      });
    },

    async take(message) {
      const route = basicIngestRoute(message.topic);
      if (route === undefined) {
        const enabled = [...rules.values()].filter(({ definition }) => !definition.disabled);
        await Promise.all(enabled.map((rule) => run(rule, message, message.topic)));
        return;
      }
      const rule = rules.get(route.rule);
      if (rule === undefined || rule.definition.disabled) {
        log.warn('iot.rule.not_found', { rule: route.rule });
        return;
      }
      await run(rule, message, route.topic);
    },

    counts: (name) => rules.get(name)?.counts ?? noCounts(),
    rules: () => [...rules.values()].map(({ definition }) => definition),
  };
};

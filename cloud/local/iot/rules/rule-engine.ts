import { arn, type LocalLog } from '../../account.ts';
import type { FunctionInvoker } from '../../lambda/invoker.ts';
import type { Message } from '../message.ts';
import { basicIngestRoute } from '../topics.ts';
import { compileStatement, type Statement } from './statement.ts';

/** A topic rule with its Lambda actions. */
export type RuleDefinition = {
  readonly name: string;
  readonly sql: string;
  readonly disabled: boolean;
  readonly functionArns: readonly string[];
};

/** What CloudWatch would count for one rule. */
type RuleCounts = { matched: number; delivered: number; failed: number };

export interface RuleEngine {
  /** Creates or replaces a rule. Throws RuleSqlError for SQL that is not understood. */
  define(rule: RuleDefinition): void;
  /**
   * Runs every rule that the message triggers, or the one rule that its Basic Ingest topic names.
   * Resolves once all actions have taken it; a failing rule is counted and logged, never thrown.
   */
  take(message: Message): Promise<void>;
  counts(rule: string): Readonly<RuleCounts>;
}

type Rule = { definition: RuleDefinition; statement: Statement; counts: RuleCounts };

export const ruleArn = (name: string): string => arn('iot', `rule/${name}`);

/** The rules engine: MQTT and HTTPS publishes go in, Lambda invocations come out. `now` is epoch milliseconds. */
export const makeRuleEngine = ({
  invoker,
  now,
  log,
}: {
  readonly invoker: Pick<FunctionInvoker, 'invokeAsync'>;
  readonly now: () => number;
  readonly log: LocalLog;
}): RuleEngine => {
  const rules = new Map<string, Rule>();

  const fail = (rule: Rule, reason: string): void => {
    rule.counts.failed += 1;
    log.warn('iot.rule.failed', { rule: rule.definition.name, reason, failed: rule.counts.failed });
  };

  const run = async (rule: Rule, message: Message, topic: string): Promise<void> => {
    const selection = rule.statement.select(message, topic, now());
    if (selection.kind === 'skipped') return;
    rule.counts.matched += 1;
    if (selection.kind === 'failed') return fail(rule, selection.reason);
    if (selection.kind === 'binary') {
      return fail(rule, "a Lambda action takes no binary payload: select encode(*, 'base64')");
    }
    const source = { principal: 'iot.amazonaws.com', sourceArn: ruleArn(rule.definition.name) };
    for (const functionArn of rule.definition.functionArns) {
      try {
        await invoker.invokeAsync(functionArn, selection.value, source);
        rule.counts.delivered += 1;
      } catch (error) {
        fail(rule, error instanceof Error ? error.message : String(error));
      }
    }
  };

  return {
    define(definition) {
      rules.set(definition.name, {
        definition,
        statement: compileStatement(definition.sql),
        counts: { matched: 0, delivered: 0, failed: 0 },
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

    counts: (name) => rules.get(name)?.counts ?? { matched: 0, delivered: 0, failed: 0 },
  };
};

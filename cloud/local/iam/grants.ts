import { type Decision, judge, type PolicyQuestion, type Statement } from './policy.ts';

/** One action on one resource that a role's policies allow, both as the policy writes them, and how often it was needed. */
export type Grant = {
  readonly roleName: string;
  readonly action: string;
  readonly resource: string;
  readonly used: number;
};

/** What the policies of one role allow, and what of it was used. */
export interface RoleGrants {
  add(statements: readonly Statement[]): void;
  decide(question: PolicyQuestion): Decision;
  list(): readonly Omit<Grant, 'roleName'>[];
  forgetUses(): void;
  /**
   * Takes an action on a resource (default: on all), both as the policies write them, out of every statement that allows it; the
   * returned function puts it back. Undefined when no statement has it.
   */
  withdraw(action: string, resource?: string): (() => void) | undefined;
}

/** A statement that allows one action on one resource by name, or any other one as it is. */
type Rule = {
  readonly statement: Statement;
  readonly grant?: { readonly action: string; readonly resource: string };
};

export const makeRoleGrants = (): RoleGrants => {
  const rules: Rule[] = [];
  const uses = new Map<string, number>();
  const withdrawn = new Set<string>();

  return {
    add: (statements) => void rules.push(...statements.flatMap(oneByOne)),
    decide(question) {
      const standing = rules.filter(({ grant }) => grant === undefined || !withdrawn.has(keyOf(grant)));
      const { decision, allowedBy } = judge(
        standing.map(({ statement }) => statement),
        question,
      );
      if (decision === 'allow' && allowedBy !== undefined)
        uses.set(keyOf(allowedBy), (uses.get(keyOf(allowedBy)) ?? 0) + 1);
      return decision;
    },
    list() {
      const grants = new Map<string, Omit<Grant, 'roleName'>>();
      for (const { grant } of rules)
        if (grant !== undefined) grants.set(keyOf(grant), { ...grant, used: uses.get(keyOf(grant)) ?? 0 });
      return [...grants.values()];
    },
    forgetUses: () => uses.clear(),
    withdraw(action, resource) {
      const taken = rules.flatMap(({ grant }) =>
        grant?.action === action && (resource ?? grant.resource) === grant.resource ? [keyOf(grant)] : [],
      );
      if (taken.length === 0) return undefined;
      for (const key of taken) withdrawn.add(key);
      return () => {
        for (const key of taken) withdrawn.delete(key);
      };
    },
  };
};

const keyOf = ({ action, resource }: { readonly action: string; readonly resource: string }): string =>
  `${action}\n${resource}`;

/** `NotAction` and `NotResource` grant nothing that could be named. */
const oneByOne = (statement: Statement): readonly Rule[] => {
  const { effect, actions, resources } = statement;
  if (effect !== 'Allow' || actions.not || resources.not) return [{ statement }];
  return actions.patterns.flatMap((action) =>
    resources.patterns.map((resource) => ({
      grant: { action, resource },
      statement: {
        ...statement,
        actions: { not: false, patterns: [action] },
        resources: { not: false, patterns: [resource] },
      },
    })),
  );
};

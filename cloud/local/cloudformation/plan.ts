import { makeResolver, unknownValue } from './intrinsics.ts';
import { propertyProblems } from './problems.ts';
import type { ResourceProvider } from './provider.ts';
import type { Template, TemplateResource } from './template.ts';

/** A resource whose type is known and whose condition holds, in the order in which it can be created. */
export type PlannedResource = {
  readonly logicalId: string;
  readonly resource: TemplateResource;
  readonly provider: ResourceProvider;
};

/**
 * Checks a whole template before anything is created, and orders its resources by what they refer to.
 * Throws one Error that lists every unknown type, property and function, each as `LogicalId (Type): …`.
 */
export const planDeployment = (
  template: Template,
  stackName: string,
  providers: ReadonlyMap<string, ResourceProvider>,
): readonly PlannedResource[] => {
  const problems: string[] = [];
  const referred = new Set<string>();
  const mention = (logicalId: string): string => {
    const target = template.Resources[logicalId];
    if (target === undefined) throw new Error(`there is no resource ${logicalId}`);
    if (!conditionHolds(target.Condition)) throw new Error(`the condition of ${logicalId} does not hold`);
    referred.add(logicalId);
    return unknownValue;
  };
  const { resolve, conditionHolds } = makeResolver(template, stackName, { ref: mention, getAtt: mention });

  const planned = new Map<string, PlannedResource>();
  const dependencies = new Map<string, ReadonlySet<string>>();

  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    const problem = (text: string): unknown => problems.push(`${logicalId} (${resource.Type}): ${text}`);
    if (!conditionHolds(resource.Condition)) continue;
    const provider = providers.get(resource.Type);
    if (provider === undefined) {
      problem('the local cloud knows no such type');
      continue;
    }
    referred.clear();
    const properties: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(resource.Properties)) {
      try {
        const resolved = resolve(value);
        if (resolved !== undefined) properties[name] = resolved;
      } catch (error) {
        problem(`property ${name}: ${(error as Error).message}`);
        properties[name] = unknownValue;
      }
    }
    for (const text of propertyProblems(provider.properties, properties)) problem(text);
    for (const name of resource.DependsOn) {
      const target = template.Resources[name];
      if (target === undefined) problem(`DependsOn: there is no resource ${name}`);
      else if (conditionHolds(target.Condition)) referred.add(name);
    }
    planned.set(logicalId, { logicalId, resource, provider });
    dependencies.set(logicalId, new Set(referred));
  }

  for (const [name, output] of Object.entries(template.Outputs)) {
    try {
      if (conditionHolds(output.Condition)) resolve(output.Value);
    } catch (error) {
      problems.push(`Output ${name}: ${(error as Error).message}`);
    }
  }

  if (problems.length > 0) {
    throw new Error(
      `The local cloud cannot stand up this template:\n${problems.map((p) => `  ${p}`).join('\n')}`,
    );
  }
  return inOrder(dependencies).flatMap((logicalId) => planned.get(logicalId) ?? []);
};

/** Dependencies first, otherwise as the template lists them. Throws an Error that shows the circle, if there is one. */
const inOrder = (dependencies: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] => {
  const done = new Set<string>();
  const visit = (logicalId: string, trail: readonly string[]): void => {
    if (done.has(logicalId)) return;
    if (trail.includes(logicalId)) {
      const circle = [...trail.slice(trail.indexOf(logicalId)), logicalId];
      throw new Error(`The template's resources depend on each other in a circle: ${circle.join(' → ')}`);
    }
    for (const needed of dependencies.get(logicalId) ?? []) visit(needed, [...trail, logicalId]);
    done.add(logicalId);
  };
  for (const logicalId of dependencies.keys()) visit(logicalId, []);
  return [...done];
};

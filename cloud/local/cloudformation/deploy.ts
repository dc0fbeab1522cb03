import type { LocalLog } from '../account.ts';
import { makeResolver } from './intrinsics.ts';
import { planDeployment } from './plan.ts';
import { propertyProblems } from './problems.ts';
import type { Created, ResourceProvider } from './provider.ts';
import type { Template } from './template.ts';

/** A stack that is up: its outputs by name, and what each logical id became. */
export type Deployment = {
  readonly outputs: Readonly<Record<string, string>>;
  readonly created: ReadonlyMap<string, Created>;
};

/**
 * Creates every resource of the template through its provider, dependencies first.
 * Throws before creating anything when the template holds something unknown (all of it in one Error), and
 * afterwards, naming resource and type, when a provider refuses.
 */
export const deploy = async ({
  template,
  stackName,
  providers,
  log,
}: {
  readonly template: Template;
  readonly stackName: string;
  readonly providers: readonly ResourceProvider[];
  readonly log: LocalLog;
}): Promise<Deployment> => {
  const plan = planDeployment(template, stackName, byType(providers));

  const created = new Map<string, Created>();
  const existing = (logicalId: string): Created => {
    const found = created.get(logicalId);
    if (found === undefined) throw new Error(`there is no resource ${logicalId}`);
    return found;
  };
  const { resolve, conditionHolds } = makeResolver(template, stackName, {
    ref: (logicalId) => existing(logicalId).ref,
    getAtt: (logicalId, attribute) => {
      const value = existing(logicalId).attributes[attribute];
      if (value !== undefined) return value;
      throw new Error(
        `Fn::GetAtt: ${logicalId} (${template.Resources[logicalId]?.Type}) has no attribute ${attribute}`,
      );
    },
  });

  for (const { logicalId, resource, provider } of plan) {
    try {
      const resolved = resolve(resource.Properties);
      const [problem] = propertyProblems(provider.properties, resolved);
      if (problem !== undefined) throw new Error(problem);
      const properties = provider.properties.parse(resolved);
      created.set(
        logicalId,
        await provider.create({ logicalId, type: resource.Type, stackName, properties }),
      );
    } catch (cause) {
      throw new Error(`${logicalId} (${resource.Type}): ${(cause as Error).message}`, { cause });
    }
  }

  const outputs: Record<string, string> = {};
  for (const [name, { Value, Condition }] of Object.entries(template.Outputs)) {
    if (conditionHolds(Condition)) outputs[name] = String(resolve(Value));
  }
  log.info('cloudformation.deployed', { stack: stackName, resources: created.size });
  return { outputs, created };
};

const byType = (providers: readonly ResourceProvider[]): ReadonlyMap<string, ResourceProvider> => {
  const map = new Map<string, ResourceProvider>();
  for (const provider of providers) {
    if (map.has(provider.type))
      throw new Error(`Two providers for ${provider.type}; a type has exactly one.`);
    map.set(provider.type, provider);
  }
  return map;
};

import type { Deployment } from '../cloudformation/deploy.ts';
import type { Template } from '../cloudformation/template.ts';
import { inertTypes, nativeTypes } from '../inert.ts';

/** A resource of the template and what the local cloud makes of it. */
export type DeployedResource = {
  readonly logicalId: string;
  readonly type: string;
  /** What `Ref` yields: a name, an id or an address. */
  readonly physicalId: string;
  readonly played: 'emulated' | 'native' | 'inert';
};

const playedAs = (type: string): DeployedResource['played'] => {
  if (type in inertTypes) return 'inert';
  return type in nativeTypes ? 'native' : 'emulated';
};

/** Sorted by type, then by logical id. */
export const deployedResources = (
  { Resources }: Pick<Template, 'Resources'>,
  { created }: Pick<Deployment, 'created'>,
): readonly DeployedResource[] =>
  [...created]
    .map(([logicalId, { ref }]) => {
      const type = Resources[logicalId]?.Type ?? '';
      return { logicalId, type, physicalId: ref, played: playedAs(type) };
    })
    .toSorted((a, b) => compare(a.type, b.type) || compare(a.logicalId, b.logicalId));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

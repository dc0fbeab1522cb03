import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditGrants, isAbout, isDeniedFor } from './audit.ts';
import { type FlowName, flows, grantCases } from './grant-table.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

const flowNames = Object.keys(flows) as FlowName[];

describe('with every grant in place', () => {
  it.each(flowNames)('%s succeeds', async (flow) => {
    await flows[flow](world);
    expect(world.installation.cloud.denied().filter(({ action }) => !toolsOfFlows.has(action))).toEqual([]);
  });

  it('each grant is in the table or exempt with a reason, and each of the table is used', () => {
    expect(auditGrants(world.installation.cloud)).toEqual({ unproven: [], stale: [], unused: [] });
  });
});

/** What flows themselves withdraw for a moment to make something fail. */
const toolsOfFlows = new Set(['rekognition:SearchFacesByImage', 'lambda:InvokeFunction']);

describe('without its grant', () => {
  it.each(grantCases)('$role → $action on $resource: $flow fails', async (one) => {
    const { cloud } = world.installation;
    const grant = cloud.grants().find((candidate) => isAbout(one, cloud, candidate));
    if (grant === undefined) throw new Error('there is no such grant');
    const before = cloud.denied().length;
    const restore = cloud.withdraw(grant.roleName, grant.action, grant.resource);
    try {
      await expect(flows[one.flow](world)).rejects.toThrow();
    } finally {
      restore();
    }
    const denied = cloud.denied().slice(before);
    expect(denied.filter((call) => isDeniedFor(grant, call))).not.toEqual([]);
    // What failed is not lost: with the grant back it is done, so that the next flow finds nothing under way.
    await world.settle();
  });
});

describe('with every grant back in place', () => {
  // So no flow failed because of what the failures before it had left behind.
  it.each(flowNames)('%s succeeds again', async (flow) => {
    await expect(flows[flow](world)).resolves.toBeUndefined();
  });
});

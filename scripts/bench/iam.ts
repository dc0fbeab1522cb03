import { auditGrants, exemptGrants } from '../../cloud/local/flow/grants/audit.ts';
import { flows } from '../../cloud/local/flow/grants/grant-table.ts';
import { startWorld } from '../../cloud/local/flow/grants/world.ts';
import type { Measurement } from './figures.ts';

/**
 * Grants of the template that no flow of people or doors needed, those exempt not counted: each of these is told on standard error
 * with its reason. That each other grant is needed is shown by a test, which takes it away (every-grant.flow.test.ts).
 */
export const iam: Measurement = {
  figures: ['iam.unused_grants', 'iam.used_grants', 'iam.exempt_grants'],
  async measure(report) {
    const world = await startWorld();
    try {
      for (const flow of Object.values(flows)) await flow(world);
      const { unproven, unused } = auditGrants(world.installation.cloud);
      for (const grant of new Set([...unproven, ...unused])) process.stderr.write(`unused: ${grant}\n`);
      for (const { role, action, why } of exemptGrants)
        process.stderr.write(`exempt: ${role} ${action}: ${why}\n`);
      const used = world.installation.cloud.grants().filter((grant) => grant.used > 0).length;
      report({ name: 'iam.unused_grants', value: new Set([...unproven, ...unused]).size, unit: 'grants' });
      report({ name: 'iam.used_grants', value: used, unit: 'grants' });
      report({ name: 'iam.exempt_grants', value: exemptGrants.length, unit: 'grants' });
    } finally {
      await world.stop();
    }
  },
};

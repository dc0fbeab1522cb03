import { describe, expect, it } from 'vitest';
import type { Grant } from '../../iam/grants.ts';
import { auditGrants, exemptGrants } from './audit.ts';
import { grantCases } from './grant-table.ts';

/** A template whose roles have exactly what the tables say, all of it used. */
const asTheTablesSay: readonly Grant[] = [...grantCases, ...exemptGrants].map((one) => ({
  roleName: `rollcall-dev-${one.role}ABC123-XYZ`,
  action: one.action,
  resource: `arn:aws:any:eu-central-1:000000000000${'resource' in one ? one.resource.replace('dev-*', 'dev-1').replace('key/*', 'key/1') : ':any'}`,
  used: 1,
}));

const audit = (grants: readonly Grant[]) => auditGrants({ grants: () => grants });
const [first] = asTheTablesSay as [Grant];

describe('the audit of the grants', () => {
  it('has nothing to say when the tables and the template agree', () => {
    expect(audit(asTheTablesSay)).toEqual({ unproven: [], stale: [], unused: [] });
  });

  it.each([
    ['an action that is in no table', { action: 'dynamodb:Scan' }],
    ['a known action on another resource', { resource: 'arn:aws:any:eu-central-1:000000000000:table/other' }],
    ['a known action on everything', { resource: '*' }],
  ])('names a grant without a flow: %s', (_, changed) => {
    const extra = { ...first, ...changed };
    const { unproven, stale } = audit([...asTheTablesSay, extra]);
    expect(unproven).toEqual([`${extra.roleName} ${extra.action} ${extra.resource}`]);
    expect(stale).toEqual([]);
  });

  it('names a line of the table, or an exemption, that the template no longer grants', () => {
    const [exempt] = exemptGrants;
    const without = (gone: (grant: Grant) => boolean) =>
      audit(asTheTablesSay.filter((grant) => !gone(grant)));
    expect(without((grant) => grant === first).stale).toEqual([
      `${grantCases[0]?.role} ${grantCases[0]?.action}`,
    ]);
    expect(
      without(({ roleName, action }) => action === exempt?.action && roleName.includes(exempt.role)).stale,
    ).toEqual([`${exempt?.role} ${exempt?.action}`]);
  });

  it('names what nothing used, unless it is exempt', () => {
    const idle = { ...first, used: 0 };
    const grants = asTheTablesSay.map((grant) =>
      grant === first ? idle : grant.action.startsWith('logs:') ? { ...grant, used: 0 } : grant,
    );
    expect(audit(grants).unused).toEqual([`${idle.roleName} ${idle.action} ${idle.resource}`]);
  });
});

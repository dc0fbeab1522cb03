import { createPublicKey } from 'node:crypto';
import { notFound, type RestOperation } from '../http/rest-service.ts';
import type { Authority } from '../pki.ts';
import { type Provisioning, templateArn } from '../provisioning.ts';
import type { Registry } from '../registry.ts';
import { claimLifetimeMs } from '../temporary-claim.ts';

/** CreateProvisioningClaim: a key and certificate that enrol doors by one template, for five minutes. */
export const makeClaimOperation = ({
  registry,
  provisioning,
  authority,
  now,
}: {
  readonly registry: Registry;
  readonly provisioning: Pick<Provisioning, 'hasTemplate'>;
  readonly authority: () => Promise<Authority>;
  readonly now: () => number;
}): RestOperation => ({
  name: 'CreateProvisioningClaim',
  method: 'POST',
  path: '/provisioning-templates/{templateName}/provisioning-claim',
  async run({ request, parameter }) {
    const template = parameter('templateName');
    request.authorize('iot:CreateProvisioningClaim', templateArn(template));
    if (!provisioning.hasTemplate(template)) throw notFound(`There is no enabled template ${template}.`);
    const expiresAtMs = now() + claimLifetimeMs;
    const issuer = await authority();
    const { certificatePem, privateKeyPem } = await issuer.issueClient(
      'Temporary claim',
      new Date(expiresAtMs),
    );
    const { id } = registry.addClaim(certificatePem, template, expiresAtMs);
    const publicKeyPem = createPublicKey(privateKeyPem).export({ type: 'spki', format: 'pem' });
    return {
      certificateId: id,
      certificatePem,
      keyPair: { PublicKey: String(publicKeyPem), PrivateKey: privateKeyPem },
      expiration: Math.floor(expiresAtMs / 1000),
    };
  },
});

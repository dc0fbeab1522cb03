import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';
import type { Disk } from '../outbox/disk.ts';
import { readPemFile } from '../pem-file.ts';
import { connectFleetProvisioning } from './fleet-provisioning.ts';
import { IdentityError } from './identity-error.ts';
import type { Identity, IdentityStore } from './identity-store.ts';
import { provision, retryProvisioning } from './provision.ts';

/** The door's identity: the one on disk, or a new one with the claim. Throws an IdentityError or a PemFileError that says what to do. */
export const obtainIdentity = async ({
  config,
  store,
  disk,
  clock,
  log,
  attempts,
  signal,
}: {
  readonly config: Pick<Config, 'endpoint' | 'port' | 'caFile' | 'claim' | 'serial' | 'provisioningTemplate'>;
  readonly store: IdentityStore;
  readonly disk: Pick<Disk, 'read'>;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Log;
  readonly attempts: number;
  readonly signal: AbortSignal;
}): Promise<Identity> => {
  const known = await store.load();
  if (known) return known;

  const { claim, serial, endpoint, port } = config;
  if (!claim) {
    throw new IdentityError(
      'claim_missing',
      false,
      'this door has no identity yet: set claim in its configuration',
    );
  }
  const [caPem, certificatePem, privateKeyPem] = (await Promise.all(
    [config.caFile, claim.certFile, claim.keyFile].map((name) => readPemFile(disk, name)),
  )) as [string, string, string];

  log.event('identity.provisioning', { serial, endpoint, port });
  const connect = () =>
    connectFleetProvisioning({
      endpoint,
      port,
      caPem,
      certificatePem,
      privateKeyPem,
      // Many doors may use one claim at the same time; two clients of one id would throw each other out.
      clientId: `claim-${serial}-${randomBytes(4).toString('hex')}`,
    });
  const request = { serial, code: claim.code, templateName: config.provisioningTemplate };
  const identity = await retryProvisioning({
    attempt: () => provision({ store, connect, request }),
    attempts,
    clock,
    log,
    signal,
  });
  log.event('identity.provisioned', { thing: identity.thingName });
  return identity;
};

import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { backoffMs } from '../outbox/backoff.ts';
import { createCsr } from './csr.ts';
import type { FleetProvisioning } from './fleet-provisioning.ts';
import { IdentityError } from './identity-error.ts';
import type { Identity, IdentityStore } from './identity-store.ts';

/** What this door says of itself when it asks for its identity. */
export type ProvisioningRequest = {
  readonly serial: string;
  readonly code: string;
  readonly templateName: string;
};

/**
 * Gets the door its identity, or returns the one it has. Safe to cut off at any step: the key is made durable first and used
 * again, and the identity counts only when its last file is there.
 */
export const provision = async ({
  store,
  connect,
  request,
}: {
  readonly store: IdentityStore;
  readonly connect: () => Promise<FleetProvisioning>;
  readonly request: ProvisioningRequest;
}): Promise<Identity> => {
  const known = await store.load();
  if (known) return known;

  const privateKeyPem = await store.privateKey();
  const cloud = await connect();
  try {
    const { certificatePem, certificateOwnershipToken } = await cloud.createCertificate(
      await createCsr(privateKeyPem, request.serial),
    );
    const { thingName, deviceConfiguration } = await cloud.register({
      templateName: request.templateName,
      ownershipToken: certificateOwnershipToken,
      parameters: { SerialNumber: request.serial, Code: request.code },
    });
    const identity = { thingName, certificatePem, configuration: deviceConfiguration };
    await store.save(identity);
    return { ...identity, privateKeyPem };
  } finally {
    await cloud.close();
  }
};

const retryWait = { baseMs: 2_000, longestMs: 300_000 };

/**
 * Tries `attempt` until it succeeds, waits with full jitter after failures that may pass, and throws the others, the last
 * one after `attempts`, or when `signal` aborts.
 */
export const retryProvisioning = async ({
  attempt,
  attempts,
  clock,
  log,
  signal,
  random = Math.random,
}: {
  readonly attempt: () => Promise<Identity>;
  readonly attempts: number;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly random?: () => number;
}): Promise<Identity> => {
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof IdentityError) || !error.retryable || tries + 1 >= attempts) throw error;
      const waitMs = backoffMs(tries, retryWait, random);
      log.event('identity.retrying', { why: error.code, remedy: error.message, waitMs: Math.round(waitMs) });
      await clock.sleep(waitMs, signal);
      if (signal.aborted) throw error;
    }
  }
};

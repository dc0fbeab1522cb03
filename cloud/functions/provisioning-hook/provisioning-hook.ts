import * as z from 'zod';
import { ProvisioningParameters } from '#contract/provisioning.ts';
import type { Log } from '../log.ts';
import { codeMatches } from '../one-time-code.ts';
import type { StoredSerial } from '../table/items.ts';
import type { AllowList } from './allow-list.ts';
import { keyFingerprint } from './public-key.ts';

/** What AWS IoT hands to a pre-provisioning hook, payload version 2020-04-01, as far as we read it. */
const HookEvent = z.object({
  certificatePem: z.string(),
  parameters: ProvisioningParameters,
});

export type HookAnswer =
  | { readonly allowProvisioning: false }
  | {
      readonly allowProvisioning: true;
      /** Override what the door may have sent: site and name come from the allow-list alone. */
      readonly parameterOverrides: { readonly Site: string; readonly Door: string };
    };

type Decision =
  | { readonly allow: true; readonly entry: StoredSerial; readonly again: boolean }
  | {
      readonly allow: false;
      readonly reason:
        | 'request_not_valid'
        | 'weak_or_unreadable_key'
        | 'serial_not_allowed'
        | 'wrong_code'
        | 'code_expired'
        | 'bound_to_another_key';
    };

export type ProvisioningHookDeps = {
  readonly allowList: AllowList;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: Log;
};

/**
 * Decides whether a door may register: its serial must be on the allow-list, with the right code, in time.
 * The first door to do so binds the serial to its key. That same key may come back at any time, so a power cut during
 * registration costs nothing; any other key is refused, so neither a leaked claim nor a leaked code takes a door over.
 */
export const makeProvisioningHook = ({ allowList, now, log }: ProvisioningHookDeps) => {
  const decide = async (event: unknown): Promise<Decision> => {
    const parsed = HookEvent.safeParse(event);
    if (!parsed.success) return { allow: false, reason: 'request_not_valid' };
    const { certificatePem, parameters } = parsed.data;
    const key = keyFingerprint(certificatePem);
    if (key === null) return { allow: false, reason: 'weak_or_unreadable_key' };

    // Read anew after a lost race: it may have been this very door, asking twice at once.
    for (let tries = 1; ; tries += 1) {
      const entry = await allowList.find(parameters.SerialNumber);
      if (entry === null) return { allow: false, reason: 'serial_not_allowed' };
      if (!codeMatches(parameters.Code, entry.codeHash)) return { allow: false, reason: 'wrong_code' };
      if (entry.state === 'bound') {
        if (entry.keyFingerprint !== key) return { allow: false, reason: 'bound_to_another_key' };
        return { allow: true, entry, again: true };
      }
      if (Date.parse(entry.expiresAt) <= now()) return { allow: false, reason: 'code_expired' };
      if ((await allowList.bind(entry, key)) === 'bound') return { allow: true, entry, again: false };
      if (tries === 2) return { allow: false, reason: 'bound_to_another_key' };
    }
  };

  return async (event: unknown): Promise<HookAnswer> => {
    const decision = await decide(event);
    if (!decision.allow) {
      log.warn('door.refused', { serial: serialOf(event), reason: decision.reason });
      return { allowProvisioning: false };
    }
    const { entry, again } = decision;
    log.info('door.provisioned', { serial: entry.serial, again });
    return { allowProvisioning: true, parameterOverrides: { Site: entry.site, Door: entry.name } };
  };
};

/** The serial for the log, if it is one: what a stranger sends is not written down. */
const serialOf = (event: unknown): string | null => {
  const parsed = z
    .object({ parameters: z.object({ SerialNumber: ProvisioningParameters.shape.SerialNumber }) })
    .safeParse(event);
  return parsed.success ? parsed.data.parameters.SerialNumber : null;
};

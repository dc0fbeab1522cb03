import * as z from 'zod';
import { Serial, SiteId } from './names.ts';

/** Parameters that a door sends with RegisterThing. `Code` is the installer's one-time code. */
export const ProvisioningParameters = z.strictObject({
  SerialNumber: Serial,
  Code: z.string().min(1).max(128),
});
export type ProvisioningParameters = z.infer<typeof ProvisioningParameters>;

/** What provisioning returns in `deviceConfiguration`: flat strings, so that a door knows nothing of stages. */
export const DeviceConfiguration = z.object({
  site: SiteId,
  door: z.string().min(1),
  sightingsTopic: z.string().min(1),
  passagesTopic: z.string().min(1),
  verdictsTopic: z.string().min(1),
});
export type DeviceConfiguration = z.infer<typeof DeviceConfiguration>;

import * as z from 'zod';

/** A stage of one installation, such as `dev` or `prod`. It is part of resource names, hence the narrow alphabet. */
export const Stage = z
  .string()
  .regex(/^[a-z][a-z0-9]{0,11}$/, 'a stage is 1 to 12 lower-case letters and digits');
export type Stage = z.infer<typeof Stage>;

/** A door's serial number as printed on its label: the part of the thing name that the installer types. */
export const Serial = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9-]{2,39}$/, 'a serial is 3 to 40 letters, digits and hyphens');
export type Serial = z.infer<typeof Serial>;

/** A site's short name, used in keys and URLs. */
export const SiteId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'a site id is 1 to 32 of a-z, 0-9 and -');
export type SiteId = z.infer<typeof SiteId>;

/** An instant as ISO 8601 in UTC with milliseconds, the only spelling that sorts as text. */
export const Instant = z.iso.datetime({ precision: 3 });
export type Instant = z.infer<typeof Instant>;

/** AWS IoT thing name of a door, which is also its MQTT client id. */
export const thingName = (stage: Stage, serial: Serial): string => `rollcall-${stage}-${serial}`;

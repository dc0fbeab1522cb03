import * as z from 'zod';

/** What the cloud decided about one sighting. */
export const Outcome = z.enum(['matched', 'ambiguous', 'unknown', 'no_usable_face', 'error']);
export type Outcome = z.infer<typeof Outcome>;

/** Which way a punch counts. A door may also be `auto`: then the attendance rules choose. */
export const Direction = z.enum(['in', 'out']);
export type Direction = z.infer<typeof Direction>;

export const DoorDirection = z.enum(['in', 'out', 'auto']);
export type DoorDirection = z.infer<typeof DoorDirection>;

export const PunchSource = z.enum(['door', 'browser', 'manual']);
export type PunchSource = z.infer<typeof PunchSource>;

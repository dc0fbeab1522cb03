import * as z from 'zod';
import { Instant, Serial, SiteId } from './names.ts';
import { Direction, DoorDirection, Outcome, PunchSource } from './outcome.ts';

/** Groups of the user pool. A user in none of them has no access. */
export const Group = z.enum(['admin', 'hr', 'manager', 'facilities', 'staff', 'kiosk']);
export type Group = z.infer<typeof Group>;

/** RFC 9457 problem details, the body of every error answer. `detail` says what to do. */
export const Problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string().optional(),
  errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof Problem>;

/** A page of a list, newest first; `next` is the opaque cursor of the page after, or null at the end. */
const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), next: z.string().nullable() });

/** GET /me */
export const Me = z.strictObject({
  sub: z.string(),
  username: z.string(),
  groups: z.array(Group),
  sites: z.array(SiteId),
  person: z.strictObject({ id: z.string(), name: z.string() }).nullable(),
});
export type Me = z.infer<typeof Me>;

/** A punch as staff read it. `localTime` and `utcOffset` are the site's wall clock at that instant. */
export const PunchItem = z.strictObject({
  id: z.string(),
  person: z.strictObject({ id: z.string(), name: z.string() }),
  at: Instant,
  localTime: z.string(),
  utcOffset: z.string(),
  site: SiteId,
  door: z.strictObject({ thing: z.string(), name: z.string() }).nullable(),
  direction: Direction,
  source: PunchSource,
  /** Percent, 0..100; null for a punch that no face made. */
  similarity: z.number().min(0).max(100).nullable(),
});
export type PunchItem = z.infer<typeof PunchItem>;
export const PunchPage = pageOf(PunchItem);
export type PunchPage = z.infer<typeof PunchPage>;

/** A sighting at a door with its outcome, never with a picture. `person` only when matched. */
export const SightingItem = z.strictObject({
  passageId: z.string(),
  attempt: z.int().min(1).max(2),
  capturedAt: Instant,
  receivedAt: Instant,
  localTime: z.string(),
  site: SiteId,
  door: z.strictObject({ thing: z.string(), name: z.string() }),
  outcome: Outcome,
  reason: z.string().nullable(),
  person: z.strictObject({ id: z.string(), name: z.string() }).nullable(),
  direction: Direction.nullable(),
  similarity: z.number().min(0).max(100).nullable(),
});
export type SightingItem = z.infer<typeof SightingItem>;
export const SightingPage = pageOf(SightingItem);
export type SightingPage = z.infer<typeof SightingPage>;

/** GET /attendance/now: who is in at one site on its local date, before who has left, each newest first; `in` and `out` count all. */
export const Now = z.strictObject({
  site: SiteId,
  timeZone: z.string(),
  date: z.iso.date(),
  in: z.int().nonnegative(),
  out: z.int().nonnegative(),
  people: z.array(
    z.strictObject({
      person: z.strictObject({ id: z.string(), name: z.string() }),
      state: Direction,
      since: Instant,
      sinceLocal: z.string(),
    }),
  ),
  next: z.string().nullable(),
});
export type Now = z.infer<typeof Now>;

/** POST /people. Consent is recorded with it, because nothing biometric may happen before. */
export const NewPerson = z.strictObject({
  name: z.string().trim().min(1).max(120),
  number: z.string().trim().min(1).max(40),
  site: SiteId,
  consent: z
    .strictObject({ version: z.string().min(1).max(40), language: z.string().min(2).max(10) })
    .nullable(),
});
export type NewPerson = z.infer<typeof NewPerson>;

export const Person = z.strictObject({
  id: z.string(),
  name: z.string(),
  number: z.string(),
  site: SiteId,
  status: z.enum(['active', 'left']),
  consent: z
    .strictObject({ version: z.string(), language: z.string(), at: Instant, by: z.string() })
    .nullable(),
  createdAt: Instant,
});
export type Person = z.infer<typeof Person>;
export const PersonPage = pageOf(Person);
export type PersonPage = z.infer<typeof PersonPage>;

/** POST /people/{id}/faces: the body is the JPEG itself; the answer is the face reference. */
export const maxEnrolmentBytes = 4_000_000;
export const FaceReference = z.strictObject({ faceId: z.string(), personId: z.string(), indexedAt: Instant });
export type FaceReference = z.infer<typeof FaceReference>;

/** POST /doors: puts a serial on the allow-list; the answer carries the one-time code, shown only here. */
export const NewDoor = z.strictObject({
  serial: Serial,
  name: z.string().trim().min(1).max(80),
  site: SiteId,
  direction: DoorDirection,
});
export type NewDoor = z.infer<typeof NewDoor>;

export const DoorAllowance = z.strictObject({
  serial: Serial,
  thing: z.string(),
  name: z.string(),
  site: SiteId,
  direction: DoorDirection,
  code: z.string(),
  expiresAt: Instant,
});
export type DoorAllowance = z.infer<typeof DoorAllowance>;

/** GET /doors */
const Door = z.strictObject({
  serial: Serial,
  thing: z.string(),
  name: z.string(),
  site: SiteId,
  direction: DoorDirection,
  state: z.enum(['allowed', 'bound']),
});
export const DoorPage = pageOf(Door);
export type DoorPage = z.infer<typeof DoorPage>;

/** PUT /users/{sub}: what HR decides about a signed-up user. Group membership itself is Cognito's. */
export const UserLink = z.strictObject({
  personId: z.string().nullable(),
  sites: z.array(SiteId),
});
export type UserLink = z.infer<typeof UserLink>;

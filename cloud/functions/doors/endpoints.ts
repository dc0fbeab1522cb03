import { type Stage, thingName } from '#contract/names.ts';
import document from '#contract/openapi.json' with { type: 'json' };
import { chooseSite } from '../api/authorise.ts';
import { toPage } from '../api/cursor.ts';
import { endpoint } from '../api/endpoint.ts';
import type { EndpointsOf } from '../api/make-api.ts';
import { doorsOperations as operations } from '../api/operations/doors.ts';
import { Refusal } from '../api/refusal.ts';
import { hashCode } from '../one-time-code.ts';
import type { SiteDirectory } from '../sites/site-directory.ts';
import type { DoorStore } from './door-store.ts';

export type DoorsDeps = {
  readonly doors: DoorStore;
  readonly stage: Stage;
  readonly sites: Pick<SiteDirectory, 'find'>;
  readonly newCode: () => string;
  /** Epoch milliseconds. */
  readonly now: () => number;
};

/** How long an installer has between the desk and the door. */
const codeLifeHours = 72;

/** The doors of a site and the allow-list that lets a new one enrol itself. */
export const makeDoorsEndpoints = ({
  doors,
  stage,
  sites,
  newCode,
  now,
}: DoorsDeps): EndpointsOf<'doors'> => ({
  openapi: endpoint(operations.openapi, async () => ({ json: document })),

  doors: endpoint(operations.doors, async ({ access, query }) => {
    const site = chooseSite(access, query.site);
    const { items, next } = await doors.doorsOfSite(site, query.cursor ?? null, query.limit);
    return {
      json: toPage(
        items.map(({ serial, thing, name, direction, state }) => ({
          serial,
          thing,
          name,
          site,
          direction,
          state,
        })),
        next,
      ),
    };
  }),

  allowDoor: endpoint(operations.allowDoor, async ({ access, body }) => {
    const site = chooseSite(access, body.site);
    if ((await sites.find(site)) === undefined) throw new Refusal(422, `There is no site ${site}.`);
    const code = newCode();
    const door = {
      ...body,
      thing: thingName(stage, body.serial),
      expiresAt: new Date(now() + codeLifeHours * 3_600_000).toISOString(),
    };
    const allowed = await doors.allow({
      ...door,
      state: 'allowed',
      codeHash: hashCode(code),
      allowedAt: new Date(now()).toISOString(),
    });
    if (allowed === 'bound')
      throw new Refusal(409, 'A door already uses this serial: give the new door a serial of its own.');
    return { json: { ...door, code } };
  }),
});

import * as z from 'zod';
import { DoorAllowance, DoorPage, NewDoor } from '#contract/api.ts';
import { SiteId } from '#contract/names.ts';
import { listQuery } from '../cursor.ts';
import { operation } from '../operation.ts';

/** Doors, the allow-list, and the document of the API, which stands here because this is the smallest bundle. */
export const doorsOperations = {
  openapi: operation({
    summary: 'This document.',
    answer: z.looseObject({ openapi: z.string() }),
  }),
  doors: operation({
    summary: 'Doors of a site, newest first.',
    query: z.strictObject({ ...listQuery, site: SiteId.optional() }),
    answer: DoorPage,
  }),
  allowDoor: operation({
    summary: 'Puts a serial on the allow-list; its one-time code is shown in this answer alone.',
    body: NewDoor,
    answer: DoorAllowance,
    status: 201,
    repeated: 'refused',
  }),
} as const;

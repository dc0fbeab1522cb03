import * as z from 'zod';
import { FaceReference, NewPerson, Person, PersonPage, UserLink } from '#contract/api.ts';
import { NewPin } from '#contract/check-in.ts';
import { SiteId } from '#contract/names.ts';
import { listQuery } from '../cursor.ts';
import { operation } from '../operation.ts';

const personId = z.object({ id: z.string().min(1).max(64) });
const sub = z.object({ sub: z.string().regex(/^[\w-]{1,64}$/, 'the user’s sub') });

/** Enrolment, users and PINs. */
export const peopleOperations = {
  people: operation({
    summary: 'People of a site, newest first.',
    query: z.strictObject({ ...listQuery, site: SiteId.optional() }),
    answer: PersonPage,
  }),
  createPerson: operation({
    summary: 'Adds a person, with consent if it was given.',
    body: NewPerson,
    answer: Person,
    status: 201,
    repeated: 'same_answer',
  }),
  addFace: operation({
    summary: 'Enrols a face of a person who consents.',
    params: personId,
    body: 'image/jpeg',
    answer: FaceReference,
    status: 201,
    repeated: 'same_answer',
  }),
  user: operation({
    summary: 'What HR decided about a user.',
    params: sub,
    answer: UserLink,
    versioned: true,
  }),
  linkUser: operation({
    summary: 'Links a user to a person and sites.',
    params: sub,
    body: UserLink,
    answer: UserLink,
    versioned: 'if_asked',
  }),
  setPin: operation({
    summary: 'Gives a person a PIN for the kiosk, and ends a lock-out.',
    params: personId,
    body: NewPin,
    answer: 'nothing',
    status: 204,
  }),
  setOwnPin: operation({ summary: 'Sets one’s own PIN.', body: NewPin, answer: 'nothing', status: 204 }),
} as const;

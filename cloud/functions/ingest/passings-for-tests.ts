import * as fc from 'fast-check';
import { tinyJpeg } from '../jpeg-for-tests.ts';
import type { StoredPerson } from '../table/items.ts';
import type { SearchResult } from './ingest.ts';
import { ada, event, faces, passageEvent, passageId } from './ingest-for-tests.ts';

/** Passings of people at two doors, and everything that the rules hand over for them. */

export const people = ['p-ada', 'p-bao', 'p-without-consent'] as const;
export const things = ['rollcall-dev-demo-1', 'rollcall-dev-demo-2'] as const;
const boots = ['11111111-2222-4333-8444-555555555551', '11111111-2222-4333-8444-555555555552'] as const;
const bootedAtMs = Date.parse('2026-10-01T00:00:00.000Z');
/** Midnight in Berlin. */
const midnightMs = Date.parse('2026-11-23T23:00:00.000Z');
const receivedAt = Date.parse('2026-11-25T00:00:00.000Z');

type Face = (typeof people)[number] | 'a stranger';
export type Passing = {
  readonly n: number;
  /** Whom the picture of the first attempt resembles, and that of the second, which is mostly the same person. */
  readonly person: Face;
  readonly second: Face | 'the same';
  readonly door: 0 | 1;
  readonly atMs: number;
  readonly clock: 'synced' | 'unsynced';
  readonly kind: 'one attempt' | 'two attempts' | 'without a picture' | 'poison';
};

export const passings: fc.Arbitrary<readonly Passing[]> = fc
  .array(
    fc.record({
      person: fc.constantFrom<Face>(...people, 'p-ada', 'p-ada', 'a stranger'),
      second: fc.constantFrom<Passing['second']>('the same', 'the same', 'p-ada', 'p-bao', 'a stranger'),
      door: fc.constantFrom<0 | 1>(0, 1),
      // Around midnight, within and beyond the duplicate period, and twelve hours later.
      atMs: fc
        .tuple(fc.constantFrom(0, 0, 43_200), fc.integer({ min: -200, max: 200 }))
        .map(([hours, seconds]) => midnightMs + (hours + seconds) * 1000),
      clock: fc.constantFrom<Passing['clock']>('synced', 'synced', 'unsynced'),
      kind: fc.constantFrom<Passing['kind']>(
        'one attempt',
        'one attempt',
        'two attempts',
        'without a picture',
        'poison',
      ),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((list) => list.map((passing, n) => ({ ...passing, n })));

export const attemptsOf = ({ kind }: Passing): readonly (1 | 2)[] => (kind === 'two attempts' ? [1, 2] : [1]);
export const faceIn = ({ person, second }: Passing, attempt: 1 | 2): Face =>
  attempt === 1 || second === 'the same' ? person : second;
/** Who of a passage may get its punch: people who consent. */
export const mayCount = (passing: Passing): readonly Face[] =>
  attemptsOf(passing)
    .map((attempt) => faceIn(passing, attempt))
    .filter((face) => face === 'p-ada' || face === 'p-bao');
export const instantOf = ({ atMs }: Passing, attempt: 1 | 2): string =>
  new Date(atMs + (attempt - 1) * 700).toISOString();
export const seqOf = ({ n }: Passing, attempt: 1 | 2): number => 2 * n + attempt;

/** What the rules hand over for a passing. The person is written behind the end of the picture, where the search reads it. */
export const eventsOf = (passing: Passing): readonly object[] =>
  attemptsOf(passing).map((attempt) => {
    const { clock, door, kind } = passing;
    const at = instantOf(passing, attempt);
    const facts = {
      passageId: passageId(passing.n),
      seq: seqOf(passing, attempt),
      clock,
      bootId: boots[door],
      capturedAt: clock === 'synced' ? at : '1970-01-01T00:00:30.000Z',
      monotonicMs: Date.parse(at) - bootedAtMs,
    };
    const envelope = { thingName: things[door], receivedAt };
    if (kind === 'without a picture') return passageEvent(facts, envelope);
    const image = Buffer.concat([tinyJpeg(200, 240), Buffer.from(faceIn(passing, attempt))]).toString(
      'base64',
    );
    return event({ ...facts, attempt, ...(kind === 'poison' ? { v: 2 } : {}) }, { ...envelope, image });
  });

/** The people as they are enrolled; the last of them without consent. */
export const enrolled: readonly StoredPerson[] = people.map((id) => {
  const { consent, ...person } = { ...ada, id };
  return id === 'p-without-consent' ? person : { ...person, consent };
});

/** The search that reads in the picture whom it resembles. */
export const searchIn = (image: Uint8Array): SearchResult => {
  const face = Buffer.from(image.subarray(tinyJpeg(200, 240).length)).toString();
  return face === 'a stranger' ? faces() : faces([face, 99.9]);
};

import { golden } from '#contract/golden.ts';
import { tinyJpeg } from '../../../functions/jpeg-for-tests.ts';

/** What a rule hands to ingest at an instant. */
export type Arrival = {
  readonly atMs: number;
  readonly event: unknown;
  /** Who is in the picture; null for a delivery that nobody can settle. */
  readonly person: string | null;
  readonly passageId: string;
};

export const thingOf = (door: number): string => `rollcall-dev-door-${door}`;
const personOf = (n: number): string => `p-${n}`;

/** Pictures of so many people differ in their size, from which the search of the simulation knows who is in them. */
const widths = 300;
const leastSide = 100;
const pictureOf = (n: number): Buffer =>
  tinyJpeg(leastSide + (n % widths), leastSide + Math.floor(n / widths));
export const personIn = (width: number, height: number): string =>
  personOf((height - leastSide) * widths + width - leastSide);

const passageIdOf = (n: number): string => `01932f6e-8f2a-7c31-9d4e-${String(n).padStart(12, '0')}`;

/** One person each at `doors` doors in turn, `perMinute` together, evenly. */
export const arrivals = ({
  count,
  doors,
  perMinute,
  fromMs,
}: {
  readonly count: number;
  readonly doors: number;
  readonly perMinute: number;
  readonly fromMs: number;
}): readonly Arrival[] =>
  Array.from({ length: count }, (_, n) => {
    const atMs = fromMs + Math.round((n * 60_000) / perMinute);
    const capturedAt = new Date(atMs - 1_000).toISOString();
    const passageId = passageIdOf(n);
    const facts = {
      ...golden('sighting'),
      passageId,
      capturedAt,
      seq: Math.floor(n / doors),
      bootId: `00000000-0000-4000-8000-${String(n % doors).padStart(12, '0')}`,
      monotonicMs: atMs - fromMs,
      track: { frames: 8, first: capturedAt, last: capturedAt },
    };
    const event = {
      image: pictureOf(n).toString('base64'),
      sighting: JSON.stringify(facts),
      thingName: thingOf(n % doors),
      receivedAt: atMs,
    };
    return { atMs, event, person: personOf(n), passageId };
  });

/** Deliveries of passages of their own that no retry makes better, each wrong in another way. */
export const poison = (atMs: number): readonly Arrival[] => {
  const [good] = arrivals({ count: 1, doors: 1, perMinute: 60, fromMs: atMs }) as [Arrival];
  const facts = JSON.parse((good.event as { readonly sighting: string }).sighting) as object;
  const whole = pictureOf(0);
  const wrong: readonly ((sighting: object) => object)[] = [
    () => ({ image: whole.subarray(0, whole.length - 2).toString('base64') }),
    () => ({ image: tinyJpeg(65_535, 65_535).toString('base64') }),
    () => ({ image: Buffer.from('no picture').toString('base64') }),
    () => ({ image: tinyJpeg(20, 20).toString('base64') }),
    (sighting) => ({ sighting: JSON.stringify({ ...sighting, v: 2 }) }),
    (sighting) => ({ sighting: JSON.stringify({ ...sighting, passageId: 'x' }) }),
    () => ({ sighting: 'no JSON' }),
    () => ({ sighting: undefined }),
    () => ({ thingName: 'rollcall-dev-nobody' }),
  ];
  return wrong.map((change, n) => {
    // No arrival has a number this high.
    const passageId = passageIdOf(100_000_000_000 + (atMs % 10_000_000_000) + n);
    const sighting = { ...facts, passageId };
    const image = pictureOf(n).toString('base64');
    const event = {
      ...(good.event as object),
      image,
      sighting: JSON.stringify(sighting),
      ...change(sighting),
    };
    return { atMs, event, person: null, passageId };
  });
};

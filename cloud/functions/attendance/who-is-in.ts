import type { Instant } from '#contract/names.ts';
import type { Direction } from '#contract/outcome.ts';
import type { Page } from '../table/read-page.ts';

/** Where somebody's last punch of the day left them, and when it was. */
export type Whereabouts = { readonly personId: string; readonly state: Direction; readonly since: Instant };

const positionOf = ({ state, since, personId }: Whereabouts): string => `${state}#${since}#${personId}`;
const parsePosition = (position: string): Whereabouts => {
  const [state, since = '', personId = ''] = position.split('#');
  return { state: state === 'in' ? 'in' : 'out', since, personId };
};

/** Who is in before who is out, each newest first. */
const inOrder = (a: Whereabouts, b: Whereabouts): number => {
  if (a.state !== b.state) return a.state === 'in' ? -1 : 1;
  if (a.since !== b.since) return a.since > b.since ? -1 : 1;
  return a.personId < b.personId ? -1 : 1;
};

/**
 * One page of them. It goes on behind a place in the order, not behind a person, so it makes no difference where that person is by
 * now: who goes while pages are read may be listed twice.
 * @param after position of the last of the page before; null for the first page
 */
export const pageOfPeople = (
  people: readonly Whereabouts[],
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Page<Whereabouts> => {
  const last = after === null ? null : parsePosition(after);
  const left = people.filter((one) => last === null || inOrder(last, one) < 0).sort(inOrder);
  const items = left.slice(0, limit);
  const end = left.length > limit ? items.at(-1) : undefined;
  return { items, next: end === undefined ? null : positionOf(end) };
};

import { Group } from '#contract/api.ts';
import { type RouteName, routes } from '#contract/routes.ts';
import type { Ask, accessTable } from './access-table.ts';
import { type TokenKind, type Tokens, tokenKinds } from './tokens.ts';
import type { World } from './world.ts';

const callers = [...Group.options, 'nobody'] as const;
type CallerName = (typeof callers)[number];
type AccessTable = typeof accessTable;

/** One request that the table has an opinion about. `nth` counts the ways to ask about another site. */
export type Cell = {
  readonly route: RouteName;
  readonly caller: CallerName;
  readonly place: 'own' | 'other';
  readonly nth: number;
  readonly token: TokenKind;
};

/** Every route × group and none × own and another site × kind of token. */
export const accessCells = (table: AccessTable): readonly Cell[] =>
  (Object.keys(routes) as RouteName[]).flatMap((route) =>
    callers.flatMap((caller) =>
      (['own', 'other'] as const).flatMap((place) =>
        ways(table[route], place).flatMap((nth) =>
          tokenKinds.map((token) => ({ route, caller, place, nth, token })),
        ),
      ),
    ),
  );

const ways = ({ also }: AccessTable[RouteName], place: Cell['place']): readonly number[] => {
  const none = { site: '', person: '', number: '', shift: '', assignment: '', leave: '', correction: '' };
  return place === 'own' ? [0] : [0, ...(also?.(none, none) ?? []).map((_, n) => n + 1)];
};

/** The request of a cell. */
export const askOf = ({ route, place, nth }: Cell, table: AccessTable, world: World): Ask => {
  const { ask, also } = table[route];
  if (nth === 0) return ask(world[place], world);
  const more = also?.(world.own, world.other)[nth - 1];
  if (more === undefined) throw new Error(`${route} has no way ${nth}`);
  return more;
};

export const tokenOf = ({ route, token }: Cell, tokens: Tokens): string | undefined => {
  if (token === 'none') return undefined;
  return token === 'wrong_scope' ? tokens.without[routes[route].scope] : tokens[token];
};

/** What the table wants: a status, or `answered` (whatever else it may say), or `hidden` (as if it were not there, or refused). */
const wanted = ({ route, caller, place, token }: Cell, table: AccessTable): Wanted => {
  if (token === 'id' || token === 'wrong_scope') return 403;
  if (token !== 'access') return 401;
  const { who, siteless } = table[route];
  if (who !== 'everybody' && !(caller !== 'nobody' && who.includes(caller))) return 403;
  return place === 'own' || siteless === true ? 'answered' : 'hidden';
};
type Wanted = 401 | 403 | 'answered' | 'hidden';

/** The cells whose answer is not what the table wants, in words. */
export const mistakes = (answers: ReadonlyMap<Cell, number>, table: AccessTable): readonly string[] =>
  [...answers].flatMap(([cell, status]) => {
    const want = wanted(cell, table);
    const { route, caller, place, nth, token } = cell;
    const words = `${route} as ${caller}, ${place} site ${nth}, token ${token}: ${status}, not ${want}`;
    return isAsWanted(status, want, table[route]) ? [] : [words];
  });

const isAsWanted = (status: number, want: Wanted, { notThere }: AccessTable[RouteName]): boolean => {
  if (want === 'answered') return status < 500 && ![401, 403, 404].includes(status);
  if (want === 'hidden') return [403, 404, notThere].includes(status);
  return status === want;
};

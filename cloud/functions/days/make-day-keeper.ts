import { makeCatchUp } from './catch-up.ts';
import type { DayKeeper } from './day-keeper.ts';
import { type DaysDeps, makeDerivePeople } from './derive-people.ts';

/** What somebody who waits for an answer waits for in addition: well below a second. */
const inRequest = { peopleDays: 40, mostPeople: 100 };

/** The day keeper on the single table. When nothing is out of date, `refresh` is one query, for one person two. */
export const makeDayKeeper = (deps: DaysDeps): DayKeeper => {
  const derivePeople = makeDerivePeople(deps);
  const catchUp = makeCatchUp(deps, derivePeople);
  return {
    async refresh(site, personId) {
      return (await catchUp({ site, personId, ...inRequest })).left;
    },
    async derive(personId, dates) {
      await derivePeople([{ personId, dates, instants: [], onlyLook: false }]);
    },
  };
};

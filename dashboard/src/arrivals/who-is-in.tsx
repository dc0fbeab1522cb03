import type { Now } from '#contract/api.ts';
import { Waiting } from '../components/waiting.tsx';
import { shortTime } from '../words/format.ts';

/** Who is in now, and who was here today and has left. */
export const WhoIsIn = ({ now }: { readonly now: Now | undefined }) => {
  const inside = now?.people.filter(({ state }) => state === 'in') ?? [];
  const left = now?.people.filter(({ state }) => state === 'out') ?? [];
  return (
    <section class="panel" aria-labelledby="who-is-in" aria-busy={now === undefined}>
      <header class="panel-head">
        <h2 id="who-is-in">Who is in</h2>
        {now === undefined ? null : <span class="count">{now.in}</span>}
      </header>
      {now === undefined ? <Waiting rows={4} /> : null}
      {now !== undefined && now.in === 0 ? (
        <p class="empty">Nobody is in. People appear here as they come through a door.</p>
      ) : null}
      {inside.length === 0 ? null : <PeopleTable caption="People who are in now" people={inside} />}
      <Others listed={inside.length} all={now?.in ?? 0} />
      {now === undefined || now.out === 0 ? null : (
        <details>
          <summary>
            Left today <span class="count">{now.out}</span>
          </summary>
          {left.length === 0 ? null : <PeopleTable caption="People who left today" people={left} />}
          <Others listed={left.length} all={now.out} />
        </details>
      )}
    </section>
  );
};

/** The list holds those who came or went last. */
const Others = ({ listed, all }: { readonly listed: number; readonly all: number }) =>
  all > listed ? (
    <p class="more faint">{listed === 0 ? `${all} people` : `and ${all - listed} more`}</p>
  ) : null;

const PeopleTable = ({ caption, people }: { readonly caption: string; readonly people: Now['people'] }) => (
  <table class="people">
    <caption class="unseen">{caption}</caption>
    <thead>
      <tr>
        <th scope="col">Person</th>
        <th scope="col" class="number">
          Since
        </th>
      </tr>
    </thead>
    <tbody>
      {people.map(({ person, since, sinceLocal }) => (
        <tr key={person.id}>
          <th scope="row" class="name">
            {person.name}
          </th>
          <td class="number">
            <time dateTime={since}>{shortTime(sinceLocal)}</time>
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

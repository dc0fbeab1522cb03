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
      {now !== undefined && inside.length === 0 ? (
        <p class="empty">Nobody is in. People appear here as they come through a door.</p>
      ) : null}
      {inside.length === 0 ? null : <PeopleTable caption="People who are in now" people={inside} />}
      {left.length === 0 ? null : (
        <details>
          <summary>
            Left today <span class="count">{left.length}</span>
          </summary>
          <PeopleTable caption="People who left today" people={left} />
        </details>
      )}
    </section>
  );
};

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

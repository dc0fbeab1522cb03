import type { ComponentChildren } from 'preact';
import type { Me } from '#contract/api.ts';

/** A page with one thing to say. */
const Card = ({ title, children }: { readonly title: string; readonly children: ComponentChildren }) => (
  <main id="main" class="card-page">
    <section class="card" aria-labelledby="card-title">
      <img src="/icon.svg" alt="" width="48" height="48" />
      <h1 id="card-title" tabIndex={-1}>
        {title}
      </h1>
      {children}
    </section>
  </main>
);

export const SignedOut = ({
  note,
  onSignIn,
}: {
  readonly note: string | undefined;
  readonly onSignIn: () => void;
}) => (
  <Card title="Rollcall">
    {note === undefined ? <p>Who came through the doors, as it happens.</p> : <p role="alert">{note}</p>}
    <button type="button" class="button main" onClick={onSignIn}>
      Sign in
    </button>
    <p class="faint">You sign in on a separate page and come back here.</p>
  </Card>
);

/** For people who signed up but whom nobody has let in yet. */
export const NoAccess = ({ me, onCheckAgain }: { readonly me: Me; readonly onCheckAgain: () => void }) => (
  <Card title="No access yet">
    <p>
      You are signed in as <strong>{me.username}</strong>, but your sign-in does not belong to a group yet.
      That is how every new sign-in starts.
    </p>
    <p>
      Ask your <strong>HR team</strong> to link your sign-in to you and your site. They need its id:
    </p>
    <p>
      <code class="id-to-copy">{me.sub}</code>
    </p>
    <button type="button" class="button main" onClick={onCheckAgain}>
      Check again
    </button>
    <p class="faint">Then you see your own punches here, or those of your sites.</p>
  </Card>
);

export const NoSuchPage = () => (
  <Card title="There is no such page">
    <p>The address is mistyped, or the page has moved.</p>
    <a class="button main" href="/">
      Go to the first page
    </a>
  </Card>
);

/** For people whose groups or links do not open the page that they asked for. */
export const NothingHere = ({ me, onCheckAgain }: { readonly me: Me; readonly onCheckAgain: () => void }) => (
  <Card title="Nothing to show here">
    <p>{nothingBecause(me)}</p>
    <button type="button" class="button main" onClick={onCheckAgain}>
      Check again
    </button>
  </Card>
);

const nothingBecause = ({ groups }: Me): string => {
  if (groups.includes('hr') || groups.includes('manager'))
    return 'Your sign-in is not linked to a site yet. Ask your HR team to link you to the sites you look after.';
  if (groups.includes('staff'))
    return 'Your sign-in is not linked to you as a person yet. Ask your HR team to do that; your punches then appear here.';
  return `There is nothing here for ${groups.length === 1 ? 'your group' : 'your groups'} (${groups.join(', ')}). Ask your HR team if you need more.`;
};

export const Problem = ({ words, onRetry }: { readonly words: string; readonly onRetry: () => void }) => (
  <Card title="That did not work">
    <p role="alert">{words}</p>
    <button type="button" class="button main" onClick={onRetry}>
      Try again
    </button>
  </Card>
);

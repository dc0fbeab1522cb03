import { useEffect } from 'preact/hooks';
import type { Now } from '#contract/api.ts';
import { reachOn } from '../api/permission.ts';
import { Waiting } from '../components/waiting.tsx';
import { useAccount } from '../shell/account.ts';
import { useNow } from '../shell/use-now.ts';
import { longDate } from '../words/format.ts';
import { FeedTable } from './feed-table.tsx';
import { FailureBanner, LiveLine } from './live-state.tsx';
import { Summary } from './summary.tsx';
import { type Arrivals, useArrivals } from './use-arrivals.ts';
import { WhoIsIn } from './who-is-in.tsx';
import { announcement } from './words.ts';

/** Who comes and goes, live: everyone at a site for HR and managers, one's own punches for everybody else. */
export const ArrivalsPage = () => {
  const { api, me, site, onSignedOut } = useAccount();
  const everyone = site !== undefined;
  const arrivals = useArrivals(api, {
    site,
    sightings: everyone && reachOn('sightings', me.groups) !== undefined,
    whoIsIn: everyone && reachOn('now', me.groups) !== undefined,
  });
  const { entries, whoIsIn, failure, latestArrivals } = arrivals;
  const nowMs = useNow();
  useEffect(() => {
    if (failure?.kind === 'signed_out') onSignedOut();
  }, [failure?.kind, onSignedOut]);

  return (
    <main id="main" class={everyone ? 'page' : 'page own'}>
      <div class="page-head">
        <div>
          <h1 tabIndex={-1}>{everyone ? 'Arrivals' : 'Your punches'}</h1>
          <p class="faint">
            {everyone ? dateAndZone(whoIsIn) : 'Every time you were counted, newest first.'}
          </p>
        </div>
        <LiveLine {...arrivals} nowMs={nowMs} />
      </div>
      <FailureBanner {...arrivals} nowMs={nowMs} />
      <p class="unseen" role="status" aria-live="polite">
        {announcement(latestArrivals)}
      </p>
      {failure !== undefined && entries === undefined ? null : (
        <>
          {everyone ? <Summary now={whoIsIn} entries={entries} /> : null}
          <div class="columns">
            <Feed {...arrivals} everyone={everyone} nowMs={nowMs} />
            {everyone ? <WhoIsIn now={whoIsIn} /> : null}
          </div>
        </>
      )}
    </main>
  );
};

type FeedProps = Arrivals & { readonly everyone: boolean; readonly nowMs: number };

const Feed = ({ entries, arrived, hasOlder, loadingOlder, loadOlder, everyone, nowMs }: FeedProps) => (
  <section class="panel" aria-labelledby="feed" aria-busy={entries === undefined}>
    <header class="panel-head">
      <h2 id="feed">{everyone ? 'At the doors' : 'Comings and goings'}</h2>
    </header>
    {entries === undefined ? <Waiting rows={6} /> : null}
    {entries?.length === 0 ? <Empty everyone={everyone} /> : null}
    {entries === undefined || entries.length === 0 ? null : (
      <FeedTable
        entries={entries}
        arrived={arrived}
        nowMs={nowMs}
        caption={everyone ? 'Comings and goings, newest first' : 'Your punches, newest first'}
      />
    )}
    {hasOlder ? (
      <div class="more">
        <button type="button" class="button" disabled={loadingOlder} onClick={loadOlder}>
          {loadingOlder ? 'Loading …' : 'Load more'}
        </button>
      </div>
    ) : null}
  </section>
);

const dateAndZone = (now: Now | undefined): string =>
  now === undefined ? '\u00a0' : `${longDate(now.date)} · times in ${now.timeZone.replaceAll('_', ' ')}`;

const Empty = ({ everyone }: { readonly everyone: boolean }) => (
  <div class="empty">
    <strong>{everyone ? 'Nobody has come through a door yet.' : 'You have not been counted yet.'}</strong>
    <p>
      {everyone
        ? 'This page fills by itself, about a second after someone passes a door. There is no need to reload it.'
        : 'Your punches appear here by themselves when you pass a door.'}
    </p>
  </div>
);

import { beforeEach } from 'vitest';
import { golden } from '#contract/golden.ts';
import type { Verdict } from '#contract/verdict.ts';
import { tinyJpeg } from '../jpeg-for-tests.ts';
import type { Log } from '../log.ts';
import { MemoryMetrics } from '../metrics-for-tests.ts';
import type { StoredDoor, StoredPerson } from '../table/items.ts';
import { makeBootClocks } from './boot-clocks.ts';
import { type Ingest, type IngestDeps, makeIngest, type SearchResult } from './ingest.ts';
import type { Ledger } from './ledger.ts';
import { MemoryLedger } from './ledger-for-tests.ts';
import { noGuard, sitesOf } from './surroundings-for-tests.ts';

export const thing = 'rollcall-dev-demo-1';
export const site = {
  id: 'main',
  name: 'Main office',
  timeZone: 'Europe/Berlin',
  acceptSimilarity: 99,
  margin: 2,
  duplicatePunchMinutes: 2,
  photoPolicy: 'never' as const,
};
export const ada: StoredPerson = {
  id: 'p-ada',
  name: 'Ada Example',
  number: '1',
  site: 'main',
  status: 'active',
  consent: { version: '1', language: 'en', at: '2026-11-01T08:00:00.000Z', by: 'hr' },
  createdAt: '2026-11-01T08:00:00.000Z',
};
export const first = golden('sighting');
export const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };
/** An invocation that has all the time it wants. */
export const unhurried = (): number => 60_000;
export const receivedAt = Date.parse('2026-11-23T07:58:13.000Z');
export const doorItem = (thing: string): StoredDoor => ({
  thing,
  serial: thing.replace('rollcall-dev-', ''),
  name: 'Front door',
  site: 'main',
  direction: 'auto',
});
export const passageId = (n: number): string => `01932f6e-8f2a-7c31-9d4e-${String(n).padStart(12, '0')}`;

export const faces = (...found: [personId: string, similarity: number][]): SearchResult => ({
  kind: 'faces',
  candidates: found.map(([personId, similarity]) => ({ personId, similarity })),
});

/** A rule's event for the golden sighting, with some of its facts changed. */
export const event = (change: object = {}, envelope: object = {}) => ({
  image: tinyJpeg(200, 240).toString('base64'),
  sighting: JSON.stringify({ ...first, ...change }),
  thingName: thing,
  receivedAt,
  ...envelope,
});

/** A rule's event for a passage without a picture. */
export const passageEvent = (change: object = {}, envelope: object = {}) => ({
  passage: Buffer.from(JSON.stringify({ ...golden('passage'), ...change })).toString('base64'),
  thingName: thing,
  receivedAt,
  ...envelope,
});

/** Ingest over a ledger, as its handler wires it; `changed` replaces dependencies. */
export const ingestOver = (
  ledger: Ledger,
  changed: Partial<IngestDeps> & Pick<IngestDeps, 'searchFaces' | 'sendVerdict'>,
): Ingest => {
  const { sites, log } = { sites: sitesOf(site), log: silent, ...changed };
  return makeIngest({
    ledger,
    sites,
    guard: noGuard,
    log,
    clocks: makeBootClocks({ ledger, sites, log }),
    metrics: new MemoryMetrics(),
    now: () => receivedAt,
    ...changed,
  });
};

/** Ingest over a ledger in memory with one door and one person, fresh for each test of the file. */
export class IngestForTests {
  ledger = new MemoryLedger();
  /** What the next search finds. */
  found: SearchResult = faces();
  searches = 0;
  verdicts: { readonly thing: string; readonly verdict: Verdict }[] = [];
  logged: string[] = [];
  metrics = new MemoryMetrics();

  constructor() {
    beforeEach(() => {
      this.ledger = new MemoryLedger();
      this.ledger.doors.set(thing, doorItem(thing));
      this.ledger.people.set(ada.id, ada);
      this.found = faces([ada.id, 99.9]);
      this.searches = 0;
      this.verdicts = [];
      this.logged = [];
      this.metrics = new MemoryMetrics();
    });
  }

  /** Runs one delivery; `changed` replaces dependencies. */
  run(delivered: unknown, { ledger = this.ledger, ...changed }: Partial<IngestDeps> = {}): Promise<void> {
    const note: Log['info'] = (name, fields) => this.logged.push(JSON.stringify([name, fields]));
    const ingest = ingestOver(ledger, {
      log: { info: note, warn: note, error: note },
      metrics: this.metrics,
      searchFaces: async () => {
        this.searches += 1;
        return this.found;
      },
      sendVerdict: async (to, verdict) => {
        this.verdicts.push({ thing: to, verdict });
      },
      ...changed,
    });
    return ingest(delivered, unhurried);
  }

  get stored() {
    return [...this.ledger.sightings.values()];
  }
  get punches() {
    return [...this.ledger.punches.values()];
  }
  punch(id: string) {
    return this.punches.find((punch) => punch.id === id);
  }
  get lastVerdict() {
    return this.verdicts.at(-1)?.verdict;
  }
}

import { beforeEach } from 'vitest';
import { golden } from '#contract/golden.ts';
import type { Verdict } from '#contract/verdict.ts';
import { tinyJpeg } from '../jpeg-for-tests.ts';
import type { Log } from '../log.ts';
import type { StoredPerson } from '../table/items.ts';
import { type IngestDeps, makeIngest, type SearchResult } from './ingest.ts';
import { MemoryLedger } from './ledger-for-tests.ts';

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
  receivedAt: Date.parse('2026-11-23T07:58:13.000Z'),
  ...envelope,
});

/** Ingest over a ledger in memory with one door and one person, fresh for each test of the file. */
export class IngestForTests {
  ledger = new MemoryLedger();
  /** What the next search finds. */
  found: SearchResult = faces();
  searches = 0;
  verdicts: { readonly thing: string; readonly verdict: Verdict }[] = [];
  logged: string[] = [];

  constructor() {
    beforeEach(() => {
      this.ledger = new MemoryLedger();
      this.ledger.doors.set(thing, {
        thing,
        serial: 'demo-1',
        name: 'Front door',
        site: 'main',
        direction: 'auto',
      });
      this.ledger.people.set(ada.id, ada);
      this.found = faces([ada.id, 99.9]);
      this.searches = 0;
      this.verdicts = [];
      this.logged = [];
    });
  }

  /** Runs one delivery; `changed` replaces dependencies. */
  run(delivered: unknown, changed: Partial<IngestDeps> = {}): Promise<void> {
    const note: Log['info'] = (name, fields) => this.logged.push(JSON.stringify([name, fields]));
    const ingest = makeIngest({
      ledger: this.ledger,
      sites: [site],
      log: { info: note, warn: note, error: note },
      searchFaces: async () => {
        this.searches += 1;
        return this.found;
      },
      sendVerdict: async (to, verdict) => {
        this.verdicts.push({ thing: to, verdict });
      },
      ...changed,
    });
    return ingest(delivered);
  }

  get stored() {
    return [...this.ledger.sightings.values()];
  }
  get punches() {
    return [...this.ledger.punches.values()];
  }
  get lastVerdict() {
    return this.verdicts.at(-1)?.verdict;
  }
}

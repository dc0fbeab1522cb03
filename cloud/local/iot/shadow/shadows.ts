import { parseTokens, parseUpdate, ShadowError, type ShadowUpdate } from './shadow-request.ts';
import { deltaOf, type Stamped, stampsOf, updateSection } from './shadow-state.ts';
import type { ShadowKey, ShadowStore, StoredShadow } from './shadow-store.ts';

/** State documents of a shadow together (AWS IoT Device Shadow quotas); metadata does not count. */
const maxStateBytes = 8 * 1024;

/** A message that the shadow service publishes below the shadow's topic prefix. */
type ShadowMessage = { readonly ending: string; readonly body: object };

/** What became of a request: the answer, and everything to publish, the answer among it. */
export type ShadowResult = { readonly body: object; readonly messages: readonly ShadowMessage[] };

/** The Device Shadow service. Throws ShadowError; what it returns is on disk. */
export interface Shadows {
  get(key: ShadowKey, payload: Buffer): ShadowResult;
  update(key: ShadowKey, payload: Buffer): ShadowResult;
  delete(key: ShadowKey, payload: Buffer): ShadowResult;
  namesOf(thing: string): readonly string[];
}

type Live = StoredShadow & { readonly document: NonNullable<StoredShadow['document']> };

const compact = (fields: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** State, metadata and version, as `/documents` and a get show them. */
const view = ({ document, version }: Live, delta?: Stamped) => ({
  state: compact({
    desired: document.desired?.state,
    reported: document.reported?.state,
    delta: delta?.state,
  }),
  metadata: compact({ desired: document.desired?.metadata, reported: document.reported?.metadata }),
  version,
});

const stateBytes = ({ desired, reported }: Live['document']): number =>
  Buffer.byteLength(JSON.stringify(compact({ desired: desired?.state, reported: reported?.state })));

/** `isThing` says whether a thing exists; only things have shadows. `now` is epoch milliseconds. */
export const makeShadows = ({
  store,
  isThing,
  now,
}: {
  readonly store: ShadowStore;
  readonly isThing: (name: string) => boolean;
  readonly now: () => number;
}): Shadows => {
  const seconds = (): number => Math.floor(now() / 1000);

  const requireThing = (key: ShadowKey): void => {
    if (!isThing(key.thing)) throw new ShadowError(404, 'Thing not found');
  };

  const liveShadow = (key: ShadowKey): Live => {
    requireThing(key);
    const stored = store.read(key);
    if (stored?.document !== undefined) return { ...stored, document: stored.document };
    throw new ShadowError(404, `No shadow exists with name: '${key.shadow ?? key.thing}'`);
  };

  const requireVersion = (wanted: number | undefined, current: number): void => {
    if (wanted !== undefined && wanted !== current) throw new ShadowError(409, 'Version conflict');
  };

  const updateDocument = (key: ShadowKey, update: ShadowUpdate) => {
    const timestamp = seconds();
    const stored = store.read(key);
    const old: Live['document'] = stored?.document ?? { desired: undefined, reported: undefined };
    requireVersion(update.version, stored?.document === undefined ? 0 : stored.version);
    const previous: Live = {
      version: stored?.version ?? 0,
      timestamp: stored?.timestamp ?? 0,
      document: old,
    };
    const current: Live = {
      version: previous.version + 1,
      timestamp,
      document: {
        desired: updateSection(old.desired, update.state.desired, timestamp),
        reported: updateSection(old.reported, update.state.reported, timestamp),
      },
    };
    if (stateBytes(current.document) > maxStateBytes)
      throw new ShadowError(413, 'The payload exceeds the maximum size allowed');
    store.write(key, current);
    return { previous, current };
  };

  return {
    get(key, payload) {
      const { clientToken } = parseTokens(payload);
      const shadow = liveShadow(key);
      const delta = deltaOf(shadow.document.desired, shadow.document.reported?.state);
      const body = compact({ ...view(shadow, delta), timestamp: seconds(), clientToken });
      return { body, messages: [{ ending: 'get/accepted', body }] };
    },

    update(key, payload) {
      requireThing(key);
      const update = parseUpdate(payload);
      const { state, clientToken } = update;
      const { previous, current } = updateDocument(key, update);
      const { version, timestamp, document } = current;
      const metadata = compact({
        desired: stampsOf(state.desired, timestamp),
        reported: stampsOf(state.reported, timestamp),
      });
      const body = compact({ state, metadata, version, timestamp, clientToken });
      const delta = deltaOf(document.desired, document.reported?.state);
      return {
        body,
        messages: [
          { ending: 'update/accepted', body },
          ...(delta === undefined
            ? []
            : [{ ending: 'update/delta', body: compact({ version, timestamp, ...delta, clientToken }) }]),
          {
            ending: 'update/documents',
            body: compact({ previous: view(previous), current: view(current), timestamp, clientToken }),
          },
        ],
      };
    },

    delete(key, payload) {
      const { clientToken, version: wanted } = parseTokens(payload);
      const shadow = liveShadow(key);
      requireVersion(wanted, shadow.version);
      const timestamp = seconds();
      store.write(key, { version: shadow.version, timestamp, document: undefined });
      const body = compact({ version: shadow.version, timestamp, clientToken });
      return { body, messages: [{ ending: 'delete/accepted', body }] };
    },

    // AWS answers with an empty list for a thing that does not exist.
    namesOf: store.namesOf,
  };
};

import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Camera } from '../camera/frame.ts';
import type { Config } from '../config.ts';
import { explainConnect } from '../identity/explain.ts';
import type { IdentityStore } from '../identity/identity-store.ts';
import { probeTls } from '../identity/tls-probe.ts';
import type { Disk } from '../outbox/disk.ts';
import { writeDurably } from '../outbox/durable-file.ts';
import { readPemFile } from '../pem-file.ts';
import type { FaceFinder } from '../vision/face.ts';
import type { Check } from './doctor.ts';

/** What `doctor` looks at, in the order in which a door needs it. */
export const doorChecks = ({
  config,
  disk,
  store,
  camera,
  openFaceFinder,
}: {
  readonly config: Config;
  readonly disk: Disk;
  readonly store: IdentityStore;
  /** Throws when it does not work or gives no picture in time. */
  readonly camera: Camera;
  readonly openFaceFinder: () => Promise<FaceFinder & { readonly runtime: string }>;
}): readonly Check[] => [
  {
    name: 'state folder',
    check: async () => {
      const probe = path.join(config.stateDir, `doctor-${randomUUID()}`);
      try {
        await disk.makeFolder(config.stateDir, 0o700);
        await writeDurably(disk, {
          temporary: `${probe}.tmp`,
          final: probe,
          bytes: Buffer.from('ok'),
          mode: 0o600,
        });
        await disk.remove(probe);
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        throw new Error(`cannot write to ${config.stateDir} (${code}): check owner, free space and the card`);
      }
      return `${config.stateDir} can be written`;
    },
  },
  {
    name: 'identity',
    check: async () => {
      const identity = await store.load();
      if (identity) return `this door is ${identity.thingName}, "${identity.configuration.door}"`;
      if (!config.claim) throw new Error('no identity yet: set claim and run `provision`');
      return 'none yet; the claim is there, `run` or `provision` will get one';
    },
  },
  {
    name: 'certificate files',
    check: async () => {
      const { caFile, claim } = config;
      for (const name of [caFile, ...(claim ? [claim.certFile, claim.keyFile] : [])])
        await readPemFile(disk, name);
      return 'readable';
    },
  },
  {
    name: 'cloud',
    check: async () => {
      const { endpoint, port, caFile } = config;
      const probe = await probeTls({ endpoint, port, caPem: await readPemFile(disk, caFile) });
      if (probe.code === 'trusted') return `${endpoint}:${port} answers and is trusted`;
      throw explainConnect({ why: 'doctor', reasonCode: undefined }, probe, config);
    },
  },
  {
    name: 'camera',
    check: async () => {
      const seen = new AbortController();
      for await (const { width, height } of camera.frames(seen.signal)) {
        seen.abort();
        return `gives pictures of ${width} × ${height} px`;
      }
      throw new Error('gives no picture: check that it is the right one');
    },
  },
  {
    name: 'face models',
    check: async () => {
      const finder = await openFaceFinder();
      await finder.close();
      return `load and run on ${finder.runtime}`;
    },
  },
];

import { readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { v7 as uuidv7 } from 'uuid';
import { DoorAllowance, type NewDoor } from '#contract/api.ts';
import type { AgentReport } from '#contract/shadow.ts';
import type { PassageFacts } from '#contract/sighting.ts';
import type { Verdict } from '#contract/verdict.ts';
import { enrolmentCrop, samplePerson } from '../../../device/camera/replay/sample-people.ts';
import { readBootId, systemClock } from '../../../device/clock.ts';
import { createReport } from '../../../device/health/report.ts';
import { connectFleetProvisioning } from '../../../device/identity/fleet-provisioning.ts';
import { type Identity, makeIdentityStore } from '../../../device/identity/identity-store.ts';
import { provision } from '../../../device/identity/provision.ts';
import { makeMemoryLog } from '../../../device/log.ts';
import { makeDoorConnection } from '../../../device/mqtt/door-connection.ts';
import { nodeDisk } from '../../../device/outbox/disk.ts';
import type { StoredEntry } from '../../../device/outbox/entry-file.ts';
import { openFileOutbox } from '../../../device/outbox/file-outbox.ts';
import type { NewEntry } from '../../../device/outbox/outbox.ts';
import type { PublishResult } from '../../../device/outbox/publisher.ts';
import type { ApiClient } from '../../../scripts/api-client.ts';
import { demoSite } from '../../../scripts/start/demo.ts';
import type { LocalCloud } from '../local-cloud.ts';

/** Where a door finds its cloud, and a folder for what it keeps. */
type Place = { readonly cloud: Pick<LocalCloud, 'iot' | 'outputs'>; readonly stateDir: string };

/** A provisioned door made of the device's own parts, driven by a test instead of a camera. */
export type TestDoor = {
  readonly identity: Identity;
  readonly verdicts: readonly Verdict[];
  /** Puts an entry into the door's outbox and returns it as it goes on the wire. */
  keep(entry: NewEntry): Promise<StoredEntry>;
  publish(entry: StoredEntry): Promise<PublishResult>;
  /** Forgets an entry, as the door does once it is acknowledged. */
  forget(entry: StoredEntry): Promise<void>;
  /** Reports the outbox as it is to the door's shadow; `changed` replaces what it says. */
  report(changed?: Partial<AgentReport>): Promise<void>;
  stop(): Promise<void>;
};

/** Allows a serial as facilities do and returns its one-time code. */
export async function allowDoor(
  facilities: ApiClient,
  serial: string,
  direction: NewDoor['direction'] = 'auto',
): Promise<string> {
  const door: NewDoor = { serial, name: `Door ${serial}`, site: demoSite, direction };
  return DoorAllowance.parse(await facilities('POST', '/doors', door)).code;
}

/** Enrols a door by fleet provisioning with the claim certificate. Rejects with the device's own IdentityError. */
export async function provisionDoor(
  place: Place,
  serial: string,
  code: string,
  keyOf = serial,
): Promise<Identity> {
  const { iot, outputs } = place.cloud;
  return provision({
    store: makeIdentityStore({ folder: path.join(place.stateDir, 'doors', keyOf), disk: nodeDisk }),
    connect: () =>
      connectFleetProvisioning({
        endpoint: iot.host,
        port: iot.port,
        caPem: readFileSync(iot.caFile, 'utf8'),
        certificatePem: readFileSync(iot.claimCertFile, 'utf8'),
        privateKeyPem: readFileSync(iot.claimKeyFile, 'utf8'),
        clientId: `claim-${keyOf}`,
      }),
    request: { serial, code, templateName: outputs.ProvisioningTemplateName ?? '' },
  });
}

/** Connects a door with its identity; `topics` may be another door's, to see it refused. */
export async function connectDoor(
  place: Place,
  identity: Identity,
  topics = identity.configuration,
): Promise<TestDoor> {
  const { iot } = place.cloud;
  const verdicts: Verdict[] = [];
  const log = makeMemoryLog();
  const connection = makeDoorConnection({
    endpoint: iot.host,
    port: iot.port,
    caPem: readFileSync(iot.caFile, 'utf8'),
    certificatePem: identity.certificatePem,
    privateKeyPem: identity.privateKeyPem,
    clientId: identity.thingName,
    topics,
    log,
    onVerdict: (verdict) => verdicts.push(verdict),
    onTakenOver: () => {},
  });
  const outbox = await openFileOutbox({
    folder: path.join(place.stateDir, 'outboxes', identity.thingName),
    maxBytes: 50_000_000,
    disk: nodeDisk,
    clock: systemClock,
    log,
  });
  connection.start();
  await connection.ready(AbortSignal.timeout(10_000));
  return {
    identity,
    verdicts,
    keep: async (entry) => {
      const stored = await outbox.read(await outbox.add(entry));
      if (stored === undefined) throw new Error('the outbox lost the entry');
      return stored;
    },
    publish: (entry) => connection.publish(entry),
    forget: (entry) => outbox.remove(entry.seq),
    report: (changed = {}) =>
      connection.report({
        ...createReport({
          outbox: outbox.stats(),
          bootId: readBootId(),
          clock: systemClock,
          clockState: 'synced',
        }),
        ...changed,
      }),
    stop: () => connection.stop(),
  };
}

/** A fresh passage without a usable face. */
export function passageWithoutFace(at: Date = new Date()): NewEntry {
  return { kind: 'passage', facts: { ...passageFacts(at), reason: 'too_blurred' } };
}

/** A fresh passage of a sample person: darker, mirrored and smaller than what was enrolled, captured at `at`. */
export async function sightingOf(sampleId: string, at: Date = new Date()): Promise<NewEntry> {
  const jpeg = await sharp(await enrolmentCrop(samplePerson(sampleId)))
    .flop()
    .modulate({ brightness: 0.85 })
    .resize({ width: 300 })
    .jpeg({ quality: 80 })
    .toBuffer();
  return sightingWith(jpeg, at);
}

/** A fresh passage with this picture. */
export function sightingWith(jpeg: Buffer, at: Date = new Date()): NewEntry {
  return {
    kind: 'sighting',
    jpeg,
    facts: {
      ...passageFacts(at),
      attempt: 1,
      quality: { size: 120, sharpness: 0.8, pose: 0.9, exposure: 120, score: 0.8 },
      liveness: null,
    },
  };
}

function passageFacts(at: Date): Omit<PassageFacts, 'seq'> {
  const capturedAt = at.toISOString();
  return {
    v: 1,
    passageId: uuidv7({ msecs: at.getTime() }),
    capturedAt,
    bootId: '0c9f1b5e-3a7d-4e21-8b6c-2f1d3e4a5b6c',
    monotonicMs: 1000,
    clock: 'synced',
    track: { frames: 12, first: capturedAt, last: capturedAt },
  };
}

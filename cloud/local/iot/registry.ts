import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { readTextFile, writeTextFile } from '../durable-file.ts';
import { certificateId } from './pki.ts';

/** IoT's ownership tokens last one hour; a certificate not activated by then is deleted (fleet provisioning MQTT API). */
const tokenLifetimeMs = 3_600_000;

export const CertificateStatus = z.enum(['ACTIVE', 'INACTIVE', 'REVOKED', 'PENDING_ACTIVATION']);
export type CertificateStatus = z.infer<typeof CertificateStatus>;

const Certificate = z.strictObject({
  id: z.string(),
  pem: z.string(),
  status: CertificateStatus,
  /** Names of attached policies and things. */
  policies: z.array(z.string()),
  things: z.array(z.string()),
  /** Epoch milliseconds; absent for what was registered before they were kept. */
  createdAtMs: z.number().optional(),
  modifiedAtMs: z.number().optional(),
  /** Only until activation: hash of the ownership token and its end in epoch milliseconds. */
  token: z.strictObject({ sha256: z.string(), expiresAtMs: z.number() }).optional(),
  /** Of a temporary claim: the one template that it may be used with, and its end in epoch milliseconds. */
  claim: z.strictObject({ template: z.string(), expiresAtMs: z.number() }).optional(),
});
export type Certificate = z.infer<typeof Certificate>;

/** Without a type or groups, which are not emulated. */
const Thing = z.object({
  name: z.string(),
  attributes: z.record(z.string(), z.string()),
  /** Grows with each change; absent is 1. */
  version: z.number().optional(),
});
export type Thing = z.infer<typeof Thing>;

const State = z.strictObject({
  v: z.literal(1),
  certificates: z.array(Certificate),
  things: z.array(Thing),
});

/** Things and certificates of the local IoT Core. Every change is on disk before it returns. */
export interface Registry {
  /** Undefined also for a certificate whose hour or claim is over. */
  certificate(id: string): Readonly<Certificate> | undefined;
  /** All but temporary claims, which AWS does not list either. */
  certificates(): readonly Readonly<Certificate>[];
  thing(name: string): Readonly<Thing> | undefined;
  things(): readonly Readonly<Thing>[];
  addCertificate(pem: string, status: CertificateStatus): Readonly<Certificate>;
  /** Registers a certificate that waits for RegisterThing; the token proves its ownership once, for an hour. */
  addPending(pem: string): { readonly id: string; readonly ownershipToken: string };
  /** Registers a claim that ends by itself and is good for one template. */
  addClaim(pem: string, template: string, expiresAtMs: number): Readonly<Certificate>;
  /** The certificate that a token still stands for. */
  pendingBy(ownershipToken: string): Readonly<Certificate> | undefined;
  /** RegisterThing's effect in one step: thing written, certificate attached and set, policies attached, token spent. */
  bind(id: string, thing: Thing | undefined, status: CertificateStatus, policies: readonly string[]): void;
  attachPolicy(id: string, policy: string): void;
  detachPolicy(id: string, policy: string): void;
  attachThing(id: string, thing: string): void;
  detachThing(id: string, thing: string): void;
  /** Creates or replaces a thing. */
  putThing(thing: Thing): void;
  removeThing(name: string): void;
  removeCertificate(id: string): void;
  /** Returns false for an unknown certificate. A status that is set ends the wait for RegisterThing. */
  setStatus(id: string, status: CertificateStatus): boolean;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const union = (list: readonly string[], more: readonly string[]): string[] => [
  ...new Set([...list, ...more]),
];
const without = (list: readonly string[], one: string): string[] => list.filter((each) => each !== one);

const load = (file: string) => {
  const text = readTextFile(file);
  if (text === undefined) return { certificates: [], things: [] };
  const parsed = State.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new Error(
    `The IoT registry ${file} is not readable. Start with --fresh; doors must then enrol again. ${z.prettifyError(parsed.error)}`,
  );
};

/** Opens the registry kept in `file`. `now` is epoch milliseconds. */
export const openRegistry = ({
  file,
  now,
}: {
  readonly file: string;
  readonly now: () => number;
}): Registry => {
  const stored = load(file);
  const certificates = new Map<string, Certificate>(stored.certificates.map((one) => [one.id, one]));
  const things = new Map<string, Thing>(stored.things.map((one) => [one.name, one]));

  const isOver = ({ status, token, claim }: Certificate): boolean =>
    (status === 'PENDING_ACTIVATION' && (token === undefined || token.expiresAtMs <= now())) ||
    (claim !== undefined && claim.expiresAtMs <= now());

  /** Deletes what has run out, which anybody who looks would otherwise still find. */
  const sweep = (): void => {
    for (const certificate of certificates.values()) {
      if (isOver(certificate)) certificates.delete(certificate.id);
    }
  };

  const save = (): void => {
    sweep();
    const state = { v: 1, certificates: [...certificates.values()], things: [...things.values()] };
    writeTextFile(file, JSON.stringify(state, null, 1));
  };

  const find = (id: string): Certificate | undefined => {
    const certificate = certificates.get(id);
    return certificate === undefined || isOver(certificate) ? undefined : certificate;
  };

  const change = (id: string, update: (certificate: Certificate) => Certificate): boolean => {
    const certificate = find(id);
    if (certificate === undefined) return false;
    certificates.set(id, { ...update(certificate), modifiedAtMs: now() });
    save();
    return true;
  };

  const add = (
    pem: string,
    status: CertificateStatus,
    more: Pick<Certificate, 'token' | 'claim'> = {},
  ): Certificate => {
    const id = certificateId(pem);
    const certificate: Certificate = {
      id,
      pem,
      status,
      policies: [],
      things: [],
      createdAtMs: now(),
      modifiedAtMs: now(),
      ...more,
    };
    certificates.set(id, certificate);
    save();
    return certificate;
  };

  return {
    certificate: find,
    certificates() {
      sweep();
      return [...certificates.values()].filter(({ claim }) => claim === undefined);
    },
    thing: (name) => things.get(name),
    things: () => [...things.values()],

    addCertificate: (pem, status) => add(pem, status),

    addPending(pem) {
      const ownershipToken = randomBytes(32).toString('base64url');
      const token = { sha256: sha256(ownershipToken), expiresAtMs: now() + tokenLifetimeMs };
      return { id: add(pem, 'PENDING_ACTIVATION', { token }).id, ownershipToken };
    },

    addClaim: (pem, template, expiresAtMs) => add(pem, 'ACTIVE', { claim: { template, expiresAtMs } }),

    pendingBy(ownershipToken) {
      const wanted = sha256(ownershipToken);
      return [...certificates.values()].find((one) => one.token?.sha256 === wanted && !isOver(one));
    },

    bind(id, thing, status, policies) {
      if (thing !== undefined) things.set(thing.name, thing);
      change(id, ({ token: _spent, ...certificate }) => ({
        ...certificate,
        status,
        policies: union(certificate.policies, policies),
        things: union(certificate.things, thing === undefined ? [] : [thing.name]),
      }));
    },

    attachPolicy(id, policy) {
      change(id, (certificate) => ({ ...certificate, policies: union(certificate.policies, [policy]) }));
    },
    detachPolicy(id, policy) {
      change(id, (certificate) => ({ ...certificate, policies: without(certificate.policies, policy) }));
    },
    attachThing(id, thing) {
      change(id, (certificate) => ({ ...certificate, things: union(certificate.things, [thing]) }));
    },
    detachThing(id, thing) {
      change(id, (certificate) => ({ ...certificate, things: without(certificate.things, thing) }));
    },

    putThing(thing) {
      things.set(thing.name, thing);
      save();
    },
    removeThing(name) {
      things.delete(name);
      save();
    },
    removeCertificate(id) {
      certificates.delete(id);
      save();
    },

    setStatus: (id, status) =>
      change(id, ({ token: _spent, ...certificate }) => ({ ...certificate, status })),
  };
};

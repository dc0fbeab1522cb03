import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { readTextFile, writeTextFile } from '../durable-file.ts';
import { certificateId } from './pki.ts';

/** IoT's ownership tokens last one hour; a certificate not activated by then is deleted (fleet provisioning MQTT API). */
const tokenLifetimeMs = 3_600_000;

export const CertificateStatus = z.enum(['ACTIVE', 'INACTIVE', 'PENDING_ACTIVATION']);
export type CertificateStatus = z.infer<typeof CertificateStatus>;

const Certificate = z.strictObject({
  id: z.string(),
  pem: z.string(),
  status: CertificateStatus,
  /** Names of attached policies and things. */
  policies: z.array(z.string()),
  things: z.array(z.string()),
  /** Only until activation: hash of the ownership token and its end in epoch milliseconds. */
  token: z.strictObject({ sha256: z.string(), expiresAtMs: z.number() }).optional(),
});
type Certificate = z.infer<typeof Certificate>;

const Thing = z.strictObject({
  name: z.string(),
  typeName: z.string().optional(),
  groups: z.array(z.string()),
  attributes: z.record(z.string(), z.string()),
});
export type Thing = z.infer<typeof Thing>;

const State = z.strictObject({
  v: z.literal(1),
  certificates: z.array(Certificate),
  things: z.array(Thing),
});

/** Things and certificates of the local IoT Core. Every change is on disk before it returns. */
export interface Registry {
  certificate(id: string): Readonly<Certificate> | undefined;
  certificates(): readonly Readonly<Certificate>[];
  thing(name: string): Readonly<Thing> | undefined;
  things(): readonly Readonly<Thing>[];
  addCertificate(pem: string, status: CertificateStatus): Readonly<Certificate>;
  /** Registers a certificate that waits for RegisterThing; the token proves its ownership once, for an hour. */
  addPending(pem: string): { readonly id: string; readonly ownershipToken: string };
  /** The certificate that a token still stands for. */
  pendingBy(ownershipToken: string): Readonly<Certificate> | undefined;
  /** RegisterThing's effect in one step: thing written, certificate attached and set, policies attached, token spent. */
  bind(id: string, thing: Thing | undefined, status: CertificateStatus, policies: readonly string[]): void;
  attachPolicy(id: string, policy: string): void;
  /** Returns false for an unknown certificate. */
  setStatus(id: string, status: CertificateStatus): boolean;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const union = (list: readonly string[], more: readonly string[]): string[] => [
  ...new Set([...list, ...more]),
];

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

  const isExpired = ({ status, token }: Certificate): boolean =>
    status === 'PENDING_ACTIVATION' && (token === undefined || token.expiresAtMs <= now());

  const save = (): void => {
    for (const certificate of certificates.values()) {
      if (isExpired(certificate)) certificates.delete(certificate.id);
    }
    const state = { v: 1, certificates: [...certificates.values()], things: [...things.values()] };
    writeTextFile(file, JSON.stringify(state, null, 1));
  };

  const add = (certificate: Certificate): Certificate => {
    certificates.set(certificate.id, certificate);
    save();
    return certificate;
  };

  const change = (id: string, update: (certificate: Certificate) => Certificate): boolean => {
    const certificate = certificates.get(id);
    if (certificate === undefined) return false;
    certificates.set(id, update(certificate));
    save();
    return true;
  };

  const fresh = (pem: string, status: CertificateStatus): Certificate => ({
    id: certificateId(pem),
    pem,
    status,
    policies: [],
    things: [],
  });

  return {
    certificate: (id) => certificates.get(id),
    certificates: () => [...certificates.values()],
    thing: (name) => things.get(name),
    things: () => [...things.values()],

    addCertificate: (pem, status) => add(fresh(pem, status)),

    addPending(pem) {
      const ownershipToken = randomBytes(32).toString('base64url');
      const token = { sha256: sha256(ownershipToken), expiresAtMs: now() + tokenLifetimeMs };
      return { id: add({ ...fresh(pem, 'PENDING_ACTIVATION'), token }).id, ownershipToken };
    },

    pendingBy(ownershipToken) {
      const wanted = sha256(ownershipToken);
      return [...certificates.values()].find((one) => one.token?.sha256 === wanted && !isExpired(one));
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

    setStatus: (id, status) => change(id, (certificate) => ({ ...certificate, status })),
  };
};

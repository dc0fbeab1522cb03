import { IdentityError } from './identity-error.ts';
import type { TlsProbe } from './tls-probe.ts';

type Refusal = { readonly statusCode?: number; readonly errorCode: string };

const clockCodes = new Set(['CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED']);
const networkCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH']);
const nameCodes = new Set(['ENOTFOUND', 'EAI_AGAIN']);
/** CONNACK: server unavailable, busy, quota exceeded, connection rate exceeded (MQTT 5 section 3.2.2.2). */
const busyReasons = new Set([136, 137, 151, 159]);

/**
 * Says in words why the claim connection failed and what to do. The MQTT client knows only that TLS or the socket failed, so a
 * plain TLS handshake with the same files tells the cases apart.
 */
export const explainConnect = (
  failure: { readonly why: string; readonly reasonCode: number | undefined },
  probe: TlsProbe,
  { endpoint, port }: { readonly endpoint: string; readonly port: number },
): IdentityError => {
  const cause = new Error(`${failure.why}, TLS: ${probe.code}`);
  const host = `${endpoint}:${port}`;
  if (nameCodes.has(probe.code)) {
    return new IdentityError(
      'unreachable',
      true,
      `cannot find ${endpoint}: check endpoint and the network`,
      cause,
    );
  }
  if (networkCodes.has(probe.code)) {
    return new IdentityError(
      'unreachable',
      true,
      `cannot reach ${host} (${probe.code}): check endpoint and port, the cable or Wi-Fi, and that the firewall lets port ${port} out`,
      cause,
    );
  }
  if (clockCodes.has(probe.code)) {
    return new IdentityError(
      'clock_wrong',
      true,
      `the certificate of ${host} is not valid at the time this door believes it is: check the clock (timedatectl)`,
      cause,
    );
  }
  if (probe.code !== 'trusted') {
    return new IdentityError(
      'untrusted_server',
      false,
      `the certificate of ${host} is not to be trusted (${probe.code}): check endpoint, and that caFile is the authority of that endpoint`,
      cause,
    );
  }
  if (failure.reasonCode !== undefined && busyReasons.has(failure.reasonCode)) {
    return new IdentityError('no_answer', true, `${host} is too busy: it is tried again`, cause);
  }
  return new IdentityError(
    'claim_refused',
    false,
    `${host} refuses the claim certificate: it is not active there, or its policy does not fit; get a new claim from facilities`,
    cause,
  );
};

const mayPass = ({ statusCode }: Refusal) =>
  statusCode === undefined || statusCode === 429 || statusCode >= 500;

const noAnswer = ({ errorCode }: Refusal): IdentityError =>
  new IdentityError(
    'no_answer',
    true,
    `provisioning did not answer (${errorCode}): it is tried again; if it stays so, check provisioningTemplate and the claim's policy`,
  );

/** Says why the cloud made no certificate of the signing request. */
export const explainCreate = (refusal: Refusal): IdentityError =>
  mayPass(refusal)
    ? noAnswer(refusal)
    : new IdentityError(
        'claim_refused',
        false,
        `the cloud made no certificate for this door (${refusal.errorCode}): get a new claim from facilities`,
      );

/** Says why the cloud did not register the door. */
export const explainRegister = (refusal: Refusal): IdentityError => {
  if (mayPass(refusal)) return noAnswer(refusal);
  // The token of a certificate lives for minutes; a new try gets a new one.
  if (refusal.errorCode === 'InvalidCertificateOwnershipToken') return noAnswer(refusal);
  return new IdentityError(
    'not_allowed',
    false,
    `the cloud does not let this door in (${refusal.errorCode}): ask facilities to allow this serial, and check claim.code`,
  );
};

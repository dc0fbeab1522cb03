import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { iot, mqtt5 } from 'aws-iot-device-sdk-v2';
import { PemFileError } from '../pem-file.ts';

/** Where to connect and as whom. All PEM texts; the client id is what AWS IoT policies know the connection by. */
export type MqttSettings = {
  readonly endpoint: string;
  readonly port: number;
  readonly caPem: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  readonly clientId: string;
};

/**
 * Makes an MQTT 5 client for AWS IoT Core over mutual TLS; it does not connect yet. The SDK's own check of AWS's limits stays
 * on (512 KB/s, 100 publishes/s, 7 slashes), so that what works on a laptop works there. Throws a PemFileError when key,
 * certificate and authority do not make a TLS connection.
 */
export const makeMqttClient = (settings: MqttSettings): mqtt5.Mqtt5Client => {
  try {
    return new mqtt5.Mqtt5Client(clientConfig(settings));
  } catch (cause) {
    throw new PemFileError(
      `certificate, key and authority do not fit (${crtErrorCode(cause)}): check that caFile holds a certificate, and that ` +
        'claim.keyFile is the key of claim.certFile',
      { cause },
    );
  }
};

const clientConfig = (settings: MqttSettings): mqtt5.Mqtt5ClientConfig =>
  iot.AwsIotMqtt5ClientConfigBuilder.newDirectMqttBuilderWithMtlsFromMemory(
    settings.endpoint,
    settings.certificatePem,
    settings.privateKeyPem,
  )
    .withCertificateAuthority(settings.caPem)
    .withPort(settings.port)
    .withConnectProperties({
      clientId: settings.clientId,
      keepAliveIntervalSeconds: 30,
      sessionExpiryIntervalSeconds: 3_600,
    })
    .withSessionBehavior(mqtt5.ClientSessionBehavior.RejoinPostSuccess)
    .withRetryJitterMode(mqtt5.RetryJitterType.Full)
    .withMinReconnectDelayMs(1_000)
    .withMaxReconnectDelayMs(120_000)
    .withMinConnectedTimeToResetReconnectDelayMs(30_000)
    .withConnackTimeoutMs(20_000)
    .withAckTimeoutSeconds(30)
    // The queue that survives is the outbox; the client must not keep a second one.
    .withOfflineQueueBehavior(mqtt5.ClientOperationQueueBehavior.FailAllOnDisconnect)
    .withExtendedValidationAndFlowControlOptions(
      mqtt5.ClientExtendedValidationAndFlowControl.AwsIotCoreDefaults,
    )
    .build();

/** Longest wait for a goodbye. */
const patienceMs = 2_000;

/**
 * Disconnects with a DISCONNECT packet (so that no last will is published) and frees the native client.
 * A client that still owes a PUBACK sometimes never gets its DISCONNECT out (aws-crt); the broker's keep-alive would end that
 * only after 45 s, so the goodbye is given up after two.
 */
export const stopMqttClient = async (client: mqtt5.Mqtt5Client): Promise<void> => {
  const stopped = once(client, mqtt5.Mqtt5Client.STOPPED);
  client.stop({ reasonCode: mqtt5.DisconnectReasonCode.NormalDisconnection });
  const patience = new AbortController();
  await Promise.race([
    stopped,
    sleep(patienceMs, undefined, { signal: patience.signal }).catch(() => undefined),
  ]);
  patience.abort();
  client.close();
};

/** A short code such as `AWS_IO_SOCKET_CLOSED` from whatever the SDK threw: it may be a CrtError or a plain string. */
export const crtErrorCode = (error: unknown): string => {
  const name = (error as { error_name?: unknown } | null)?.error_name;
  if (typeof name === 'string') return name;
  return /\bAWS_[A-Z0-9_]+/.exec(String(error))?.[0] ?? 'unknown_error';
};

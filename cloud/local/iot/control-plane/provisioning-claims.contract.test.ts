import { CreateProvisioningClaimCommand, IoTClient, ListCertificatesCommand } from '@aws-sdk/client-iot';
import { iotidentity, mqtt5, iot as sdkIot } from 'aws-iot-device-sdk-v2';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LocalIot } from '../iot.ts';
import { clientOptions } from '../testing/api.ts';
import { enrol, makeMqttClients } from '../testing/mqtt-clients.ts';
import { startWithDoor } from '../testing/start-with-door.ts';
import { templateName } from '../testing/test-stack.ts';

const sdk = { iot: sdkIot, iotidentity, mqtt5 };
const clients = makeMqttClients(sdk);

let iot: LocalIot;
let api: IoTClient;
let stop: () => Promise<void>;
let aheadMs = 0;

beforeAll(async () => {
  let url: string;
  const now = () => Date.now() + aheadMs;
  ({ iot, url, stop } = await startWithDoor(sdk, clients, { now }));
  api = new IoTClient(clientOptions(url));
});
afterEach(async () => {
  await clients.closeAll();
  aheadMs = 0;
});
afterAll(async () => {
  api.destroy();
  await stop();
});

const claim = async () => {
  const {
    certificateId = '',
    certificatePem = '',
    keyPair,
    expiration,
  } = await api.send(new CreateProvisioningClaimCommand({ templateName }));
  return {
    certificateId,
    expiration,
    credentials: { certificatePem, privateKeyPem: keyPair?.PrivateKey ?? '' },
  };
};

describe('a temporary claim', () => {
  it('enrols a door by its template, and is not in the account’s list', async () => {
    const { certificateId, credentials, expiration } = await claim();
    expect(Number(expiration) - Date.now()).toBeLessThanOrEqual(300_000);
    const enrolled = await enrol(sdk, clients, iot.endpoint, 'trusted', credentials);
    expect(enrolled.thingName).toBe('rollcall-test-trusted');
    const { certificates = [] } = await api.send(new ListCertificatesCommand({}));
    expect(certificates.map((one) => one.certificateId)).not.toContain(certificateId);
  });

  it('is refused after five minutes', async () => {
    const { credentials } = await claim();
    aheadMs = 299_000;
    expect(await clients.attempt(iot.endpoint, 'anybody', credentials)).toMatchObject({ connected: true });
    aheadMs = 301_000;
    expect(await clients.attempt(iot.endpoint, 'anybody', credentials)).toMatchObject({ connected: false });
  });

  it('may do nothing else', async () => {
    const { credentials } = await claim();
    const client = await clients.connect(iot.endpoint, 'anybody', credentials);
    for (const topicName of ['status/anybody', '$aws/provisioning-templates/other/provision/json']) {
      const { reasonCode } = (await client.publish({ topicName, qos: mqtt5.QoS.AtLeastOnce })) as {
        reasonCode: number;
      };
      expect(reasonCode).toBe(135);
    }
  });

  it('is not made for a template that is not there', async () => {
    const command = new CreateProvisioningClaimCommand({ templateName: 'none' });
    await expect(api.send(command)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

import { once } from 'node:events';
import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateCertificateFromCsrCommand,
  CreateThingCommand,
  DeleteCertificateCommand,
  DeleteThingCommand,
  DescribeCertificateCommand,
  DescribeEndpointCommand,
  DescribeThingCommand,
  DetachPolicyCommand,
  DetachThingPrincipalCommand,
  GetPolicyCommand,
  IoTClient,
  ListAttachedPoliciesCommand,
  ListCertificatesCommand,
  ListPoliciesCommand,
  ListPrincipalThingsCommand,
  ListTargetsForPolicyCommand,
  ListThingPrincipalsCommand,
  ListThingsCommand,
  UpdateCertificateCommand,
  UpdateThingCommand,
} from '@aws-sdk/client-iot';
import { iotidentity, mqtt5, iot as sdkIot } from 'aws-iot-device-sdk-v2';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { arn } from '../../account.ts';
import type { LocalIot } from '../iot.ts';
import { clientOptions } from '../testing/api.ts';
import { claimOf, createRequest } from '../testing/credentials.ts';
import { type Enrolled, makeIdentityClient, makeMqttClients } from '../testing/mqtt-clients.ts';
import { startWithDoor } from '../testing/start-with-door.ts';

const sdk = { iot: sdkIot, iotidentity, mqtt5 };
const clients = makeMqttClients(sdk);
const thingName = 'rollcall-test-1';
const policyName = 'rollcall-test-door';

let iot: LocalIot;
let door: Enrolled;
let api: IoTClient;
let stop: () => Promise<void>;
let aheadMs = 0;

beforeAll(async () => {
  let url: string;
  const now = () => Date.now() + aheadMs;
  ({ iot, door, url, stop } = await startWithDoor(sdk, clients, { now }));
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

const certificateArn = (id: string): string => arn('iot', `cert/${id}`);
const setStatus = (newStatus: 'ACTIVE' | 'INACTIVE' | 'REVOKED') =>
  api.send(new UpdateCertificateCommand({ certificateId: door.certificateId, newStatus }));

/** A certificate of the operator's own making, attached to nothing. */
const createCertificate = async (setAsActive: boolean) => {
  const { csrPem, privateKeyPem } = await createRequest('operator');
  const { certificateId = '', certificatePem = '' } = await api.send(
    new CreateCertificateFromCsrCommand({ certificateSigningRequest: csrPem, setAsActive }),
  );
  return { certificateId, certificatePem, privateKeyPem, principal: certificateArn(certificateId) };
};

describe('a certificate', () => {
  it('is described as AWS does', async () => {
    const { certificateDescription } = await api.send(
      new DescribeCertificateCommand({ certificateId: door.certificateId }),
    );
    expect(certificateDescription).toMatchObject({
      certificateId: door.certificateId,
      certificateArn: certificateArn(door.certificateId),
      certificatePem: door.certificatePem,
      status: 'ACTIVE',
      validity: { notAfter: new Date('2049-12-31T23:59:59Z') },
      creationDate: expect.any(Date),
    });
  });

  it.each(['INACTIVE', 'REVOKED'] as const)(
    'that is set to %s loses its session and is refused',
    async (status) => {
      const client = await clients.connect(iot.endpoint, thingName, door);
      const ended = once(client, 'disconnection');
      await setStatus(status);
      await ended;
      await clients.closeAll();
      expect(await clients.attempt(iot.endpoint, thingName, door)).toMatchObject({ connected: false });
      await setStatus('ACTIVE');
      expect(await clients.attempt(iot.endpoint, thingName, door)).toMatchObject({ connected: true });
    },
  );

  it.each(['PENDING_ACTIVATION', 'REGISTER_INACTIVE', 'PENDING_TRANSFER'] as const)(
    'cannot be set to %s by an operator',
    async (newStatus) => {
      const command = new UpdateCertificateCommand({ certificateId: door.certificateId, newStatus });
      await expect(api.send(command)).rejects.toMatchObject({ name: 'InvalidRequestException' });
    },
  );

  it('is deleted only when it is not active, and attached to nothing', async () => {
    const { certificateId, principal } = await createCertificate(true);
    const remove = (forceDelete = false) =>
      api.send(new DeleteCertificateCommand({ certificateId, forceDelete }));
    await expect(remove()).rejects.toMatchObject({ name: 'CertificateStateException' });
    await api.send(new UpdateCertificateCommand({ certificateId, newStatus: 'INACTIVE' }));
    await api.send(new AttachPolicyCommand({ policyName, target: principal }));
    await expect(remove()).rejects.toMatchObject({ name: 'DeleteConflictException' });
    await api.send(new AttachThingPrincipalCommand({ thingName, principal }));
    await expect(remove(true)).rejects.toMatchObject({ name: 'DeleteConflictException' });
    await api.send(new DetachThingPrincipalCommand({ thingName, principal }));
    await remove(true);
    await expect(api.send(new DescribeCertificateCommand({ certificateId }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('that a door asked for and never registered is gone after an hour', async () => {
    const { csrPem } = await createRequest('pending');
    const client = await clients.connect(iot.endpoint, 'claim-pending', claimOf(iot.endpoint));
    const identity = makeIdentityClient(sdk, client);
    const { certificateId = '' } = await identity.createCertificateFromCsr({
      certificateSigningRequest: csrPem,
    });
    identity.close();
    const describeIt = () => api.send(new DescribeCertificateCommand({ certificateId }));
    expect((await describeIt()).certificateDescription?.status).toBe('PENDING_ACTIVATION');
    aheadMs = 3_600_000;
    await expect(describeIt()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const { certificates = [] } = await api.send(new ListCertificatesCommand({}));
    expect(certificates.map((one) => one.certificateId)).not.toContain(certificateId);
  });
});

describe('policies', () => {
  it('take effect when attached, and end with being detached', async () => {
    const { certificatePem, privateKeyPem, principal } = await createCertificate(true);
    const credentials = { certificatePem, privateKeyPem };
    const refused = { connected: false, reasonCode: 135 };
    await api.send(new AttachThingPrincipalCommand({ thingName, principal }));
    expect(await clients.attempt(iot.endpoint, thingName, credentials)).toEqual(refused);
    await api.send(new AttachPolicyCommand({ policyName, target: principal }));
    expect(await clients.attempt(iot.endpoint, thingName, credentials)).toMatchObject({ connected: true });
    const { policies } = await api.send(new ListAttachedPoliciesCommand({ target: principal }));
    expect(policies).toMatchObject([{ policyName }]);
    const { targets } = await api.send(new ListTargetsForPolicyCommand({ policyName }));
    expect(targets).toEqual(expect.arrayContaining([principal, certificateArn(door.certificateId)]));
    await clients.closeAll();
    await api.send(new DetachPolicyCommand({ policyName, target: principal }));
    expect(await clients.attempt(iot.endpoint, thingName, credentials)).toEqual(refused);
    await api.send(new DetachThingPrincipalCommand({ thingName, principal }));
  });

  it('are listed and shown', async () => {
    const { policies = [] } = await api.send(new ListPoliciesCommand({}));
    expect(policies.map((one) => one.policyName)).toContain(policyName);
    const { policyDocument = '' } = await api.send(new GetPolicyCommand({ policyName }));
    expect(JSON.parse(policyDocument)).toMatchObject({ Version: '2012-10-17' });
    const missing = new AttachPolicyCommand({
      policyName: 'none',
      target: certificateArn(door.certificateId),
    });
    await expect(api.send(missing)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('a thing', () => {
  it('is listed with its principals, and they with it', async () => {
    const { things } = await api.send(
      new ListThingsCommand({ attributeName: 'site', attributeValue: 'unset' }),
    );
    expect(things).toMatchObject([{ thingName, thingArn: arn('iot', `thing/${thingName}`), version: 1 }]);
    const principal = certificateArn(door.certificateId);
    const { principals } = await api.send(new ListThingPrincipalsCommand({ thingName }));
    expect(principals).toEqual([principal]);
    expect((await api.send(new ListPrincipalThingsCommand({ principal }))).things).toEqual([thingName]);
  });

  it('cannot be deleted while a certificate is attached', async () => {
    await expect(api.send(new DeleteThingCommand({ thingName }))).rejects.toMatchObject({
      name: 'InvalidRequestException',
      message: expect.stringContaining('still attached'),
    });
  });

  it('is made, changed under its version, and deleted, twice without harm', async () => {
    const spare = { thingName: 'spare' };
    const make = (site: string) =>
      api.send(new CreateThingCommand({ ...spare, attributePayload: { attributes: { site } } }));
    await make('main');
    await make('main');
    await expect(make('other')).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException' });
    const change = (expectedVersion: number) =>
      api.send(
        new UpdateThingCommand({
          ...spare,
          expectedVersion,
          attributePayload: { attributes: { floor: '2', site: '' }, merge: true },
        }),
      );
    await change(1);
    await expect(change(1)).rejects.toMatchObject({ name: 'VersionConflictException' });
    expect(await api.send(new DescribeThingCommand(spare))).toMatchObject({
      attributes: { floor: '2' },
      version: 2,
    });
    await expect(api.send(new DeleteThingCommand({ ...spare, expectedVersion: 9 }))).rejects.toMatchObject({
      name: 'VersionConflictException',
    });
    await api.send(new DeleteThingCommand(spare));
    await api.send(new DeleteThingCommand(spare));
    await expect(api.send(new DescribeThingCommand(spare))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('everything else', () => {
  it('answers DescribeEndpoint with the local broker', async () => {
    const { endpointAddress } = await api.send(new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' }));
    expect(endpointAddress).toBe(`127.0.0.1:${iot.endpoint.port}`);
    await expect(
      api.send(new DescribeEndpointCommand({ endpointType: 'iot:CredentialProvider' })),
    ).rejects.toMatchObject({ message: expect.stringContaining('iot:CredentialProvider') });
  });

  it('is refused by an error that names it', async () => {
    const service = iot.services.find(({ signingNames }) => signingNames.includes('iot'));
    const request = {
      method: 'GET',
      path: '/billing-groups',
      query: new URLSearchParams(),
      headers: {},
      body: Buffer.alloc(0),
      operation: '',
      principal: { kind: 'administrator', arn: 'arn:aws:iam::000000000000:root' },
      authorize: () => undefined,
    } as const;
    await expect(service?.handle(request)).rejects.toThrow('GET /billing-groups');
  });
});

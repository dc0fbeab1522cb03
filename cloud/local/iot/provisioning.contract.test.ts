import { statSync } from 'node:fs';
import { iotidentity, mqtt5, iot as sdkIot } from 'aws-iot-device-sdk-v2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FunctionInvoker } from '../lambda/invoker.ts';
import type { LocalIot } from './iot.ts';
import { hookLimitMs } from './pre-provisioning-hook.ts';
import { claimOf, createRequest } from './testing/credentials.ts';
import type { InvokerDouble } from './testing/invoker-double.ts';
import { enrol, makeIdentityClient, makeMqttClients } from './testing/mqtt-clients.ts';
import { deploy, hookArn, sightingsOf, templateName } from './testing/test-stack.ts';

const sdk = { iot: sdkIot, iotidentity, mqtt5 };
const clients = makeMqttClients(sdk);
const started: LocalIot[] = [];

type Hook = InvokerDouble['onHook'];
const allowAs: Hook = async () => ({
  payload: { allowProvisioning: true, parameterOverrides: { Site: 'main' } },
});

const start = async (hook: Hook, options: Parameters<typeof deploy>[0] = {}) => {
  const deployment = await deploy(options);
  deployment.invoker.onHook = hook;
  started.push(deployment.iot);
  await deployment.iot.start();
  return deployment;
};

afterEach(async () => {
  await clients.closeAll();
  for (const iot of started.splice(0)) await iot.stop();
});

/** What the SDK says of a rejected request. */
const rejection = async (request: Promise<unknown>) => {
  const error = await request.then(
    () => undefined,
    (reason: { modeledError?: { statusCode?: number; errorCode?: string } }) => reason,
  );
  return error?.modeledError;
};

describe('provisioning by claim', () => {
  let iot: LocalIot;
  let invoker: InvokerDouble;
  let stateDir: string;
  beforeEach(async () => {
    ({ iot, invoker, stateDir } = await start(allowAs));
  });

  it('enrols a door that then connects under its thing name', async () => {
    const door = await enrol(sdk, clients, iot.endpoint, 'A1');

    expect(door.thingName).toBe('rollcall-test-A1');
    expect(door.configuration).toEqual({
      site: 'main',
      verdictsTopic: 'rollcall/v1/rollcall-test-A1/verdicts',
    });
    expect(invoker.hookCalls).toEqual([
      {
        functionArn: hookArn,
        source: {
          principal: 'iot.amazonaws.com',
          sourceArn: `arn:aws:iot:eu-central-1:000000000000:provisioningtemplate/${templateName}`,
        },
        event: {
          claimCertificateId: expect.stringMatching(/^[0-9a-f]{64}$/),
          certificateId: door.certificateId,
          certificatePem: door.certificatePem,
          templateArn: `arn:aws:iot:eu-central-1:000000000000:provisioningtemplate/${templateName}`,
          clientId: 'claim-A1',
          parameters: { SerialNumber: 'A1', Code: 'code-1' },
        },
      },
    ]);
    expect(iot.registry.thing('rollcall-test-A1')).toMatchObject({ attributes: { site: 'main' } });
    expect(iot.registry.certificate(door.certificateId)?.status).toBe('ACTIVE');
    await expect(clients.connect(iot.endpoint, 'rollcall-test-A1', door)).resolves.toBeDefined();
  });

  it('keeps claim key, authority key and registry from other users of the machine', () => {
    const { claimKeyFile } = iot.endpoint;
    for (const file of [claimKeyFile, `${stateDir}/ca.key`, `${stateDir}/registry.json`]) {
      expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
    }
  });

  it('takes an ownership token only once', async () => {
    const door = await enrol(sdk, clients, iot.endpoint, 'A2');
    const client = await clients.connect(iot.endpoint, 'claim-again', claimOf(iot.endpoint));
    const identity = makeIdentityClient(sdk, client);
    const replayed = await rejection(
      identity.registerThing({
        templateName,
        certificateOwnershipToken: door.ownershipToken,
        parameters: { SerialNumber: 'A3' },
      }),
    );
    identity.close();
    expect(replayed).toMatchObject({ statusCode: 400, errorCode: 'InvalidCertificateOwnershipToken' });
    expect(iot.registry.thing('rollcall-test-A3')).toBeUndefined();
  });

  it('refuses a signing request that is none', async () => {
    const client = await clients.connect(iot.endpoint, 'claim-x', claimOf(iot.endpoint));
    const identity = makeIdentityClient(sdk, client);
    const refused = await rejection(
      identity.createCertificateFromCsr({ certificateSigningRequest: 'hello' }),
    );
    identity.close();
    expect(refused).toMatchObject({ statusCode: 400, errorCode: 'InvalidCertificateSigningRequest' });
  });

  it('refuses a door that does not name its serial', async () => {
    const client = await clients.connect(iot.endpoint, 'claim-x', claimOf(iot.endpoint));
    const identity = makeIdentityClient(sdk, client);
    const { csrPem } = await createRequest('x');
    const created = await identity.createCertificateFromCsr({ certificateSigningRequest: csrPem });
    const refused = await rejection(
      identity.registerThing({
        templateName,
        certificateOwnershipToken: created.certificateOwnershipToken ?? '',
        parameters: { Code: '1' },
      }),
    );
    identity.close();
    expect(refused).toMatchObject({ statusCode: 400, errorCode: 'InvalidParameters' });
  });

  it('answers the asker alone, whoever else listens on the same topics', async () => {
    const [asker, other] = await Promise.all(
      ['claim-asker', 'claim-other'].map((id) => clients.connect(iot.endpoint, id, claimOf(iot.endpoint))),
    );
    if (asker === undefined || other === undefined) throw new Error('two clients are connected above');
    const heard: string[] = [];
    const answer = '$aws/certificates/create-from-csr/json/rejected';
    for (const [name, client] of [
      ['asker', asker],
      ['other', other],
    ] as const) {
      client.on('messageReceived', () => heard.push(name));
      await client.subscribe({ subscriptions: [{ topicFilter: answer, qos: mqtt5.QoS.AtLeastOnce }] });
    }
    const ask = (client: typeof asker) =>
      client.publish({
        topicName: '$aws/certificates/create-from-csr/json',
        payload: '{}',
        qos: mqtt5.QoS.AtLeastOnce,
      });
    await ask(asker);
    await vi.waitFor(() => expect(heard).toEqual(['asker']));
    // The other one's own answer comes last, so anything misdirected would have come before it.
    await ask(other);
    await vi.waitFor(() => expect(heard).toEqual(['asker', 'other']));
  });

  it('lets a door that is enrolled reconnect after a restart', async () => {
    const door = await enrol(sdk, clients, iot.endpoint, 'A4');
    const claimBefore = claimOf(iot.endpoint);
    await iot.stop();
    const again = await start(allowAs, { stateDir });
    expect(claimOf(again.iot.endpoint)).toEqual(claimBefore);
    const client = await clients.connect(again.iot.endpoint, 'rollcall-test-A4', door);
    const { reasonCode } = (await client.publish({
      topicName: sightingsOf('rollcall-test-A4'),
      payload: Buffer.from('after the restart'),
      qos: mqtt5.QoS.AtLeastOnce,
    })) as { reasonCode: number };
    expect(reasonCode).toBe(0);
    expect(again.invoker.events).toHaveLength(1);
  });
});

describe('the pre-provisioning hook', () => {
  const lambda = (result: Awaited<ReturnType<FunctionInvoker['invoke']>>): Hook => {
    return async () => result;
  };
  it.each<[string, Hook]>([
    ['does not allow it', lambda({ payload: { allowProvisioning: false } })],
    ['answers something else', lambda({ payload: null })],
    ['throws', lambda({ payload: { allowProvisioning: true }, functionError: 'Unhandled' })],
    ['may not be invoked', () => Promise.reject(new Error('AccessDeniedException'))],
    ['is too slow', () => new Promise(() => undefined)],
  ])('refuses the door when it %s, and leaves the certificate without power', async (_, hook) => {
    const { iot } = await start(hook, { hookLimitMs: 50 });
    const refused = await rejection(enrol(sdk, clients, iot.endpoint, 'B1'));
    expect(refused).toMatchObject({ statusCode: 403, errorCode: 'AccessDenied' });
    expect(iot.registry.things()).toEqual([]);
    expect(iot.registry.certificates().map((certificate) => certificate.status)).toEqual([
      'ACTIVE', // the claim's
      'PENDING_ACTIVATION',
    ]);
  });

  it('has five seconds, like AWS’s, and a hook that hangs is not waited for any longer', async () => {
    const { iot, invoker } = await start(() => new Promise(() => undefined));
    const refused = await rejection(enrol(sdk, clients, iot.endpoint, 'B3'));
    expect(refused).toMatchObject({ statusCode: 403, errorCode: 'AccessDenied' });
    expect(invoker.hookCalls).toHaveLength(1);
    expect(hookLimitMs).toBe(5000);
  });

  it('cannot make a thing anew where the template says FAIL', async () => {
    const { iot } = await start(allowAs, { onConflict: 'FAIL' });
    await enrol(sdk, clients, iot.endpoint, 'B2');
    const second = await rejection(enrol(sdk, clients, iot.endpoint, 'B2'));
    expect(second).toMatchObject({ statusCode: 409, errorCode: 'ResourceConflict' });
  });
});

describe('the provisioning role', () => {
  it.each(['UpdateCertificate', 'AttachPolicy', 'CreateThing', 'AttachThingPrincipal'])(
    'without iot:%s enrols nobody, and the certificate stays without power',
    async (missing) => {
      const { iot } = await start(allowAs, {
        iam: {
          mayAssume: () => true,
          decideAs: (_, { action }) => (action === `iot:${missing}` ? 'implicit_deny' : 'allow'),
        },
      });
      const refused = await rejection(enrol(sdk, clients, iot.endpoint, 'C1'));
      expect(refused).toMatchObject({ statusCode: 403, errorCode: 'AccessDenied' });
      expect(iot.registry.things()).toEqual([]);
      expect(iot.registry.certificates().map(({ status }) => status)).toContain('PENDING_ACTIVATION');
    },
  );

  it('is asked for the very thing and certificate, and for UpdateThing when the thing exists', async () => {
    const asked: string[] = [];
    const { iot } = await start(allowAs, {
      iam: {
        mayAssume: () => true,
        decideAs: (role, { action, resource }) => {
          asked.push(`${role.split('/').at(-1)} ${action} ${resource.split(':').at(-1)}`);
          return 'allow';
        },
      },
    });
    const first = await enrol(sdk, clients, iot.endpoint, 'C2');
    const second = await enrol(sdk, clients, iot.endpoint, 'C2');
    const of = (certificate: string, thing: string): string[] => [
      `provisioning iot:UpdateCertificate cert/${certificate}`,
      `provisioning iot:AttachPolicy cert/${certificate}`,
      `provisioning iot:${thing} thing/rollcall-test-C2`,
      'provisioning iot:AttachThingPrincipal thing/rollcall-test-C2',
      `provisioning iot:AttachThingPrincipal cert/${certificate}`,
    ];
    expect(asked).toEqual([
      ...of(first.certificateId, 'CreateThing'),
      ...of(second.certificateId, 'UpdateThing'),
    ]);
  });
});

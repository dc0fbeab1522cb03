import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateCertificateFromCsrCommand,
  CreateThingCommand,
  IoTClient,
} from '@aws-sdk/client-iot';
import { mqtt5, iot as sdkIot } from 'aws-iot-device-sdk-v2';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Stage } from '#contract/names.ts';
import { assemblyDir } from '../../../scripts/assembly.ts';
import { arn } from '../account.ts';
import { readAssembly } from '../cloudformation/assembly.ts';
import { deploy as deployTemplate } from '../cloudformation/deploy.ts';
import { provide } from '../cloudformation/provider.ts';
import { evaluate, parsePolicyDocument } from '../iam/policy.ts';
import type { LocalIot } from './iot.ts';
import { clientOptions, startApi } from './testing/api.ts';
import { type Credentials, claimOf, createRequest } from './testing/credentials.ts';
import { makeMqttClients } from './testing/mqtt-clients.ts';
import { mutantsOf } from './testing/policy-mutants.ts';
import { type PolicyCase, policyTable } from './testing/policy-table.ts';
import { declare, makeBareIot } from './testing/test-stack.ts';

const clients = makeMqttClients({ iot: sdkIot, mqtt5 });
const log = { info: () => undefined, warn: () => undefined };

/** The stack's IoT policies as CloudFormation would write them, by name. */
const policiesOfTheStack = async (): Promise<ReadonlyMap<string, unknown>> => {
  const { template, stackName } = readAssembly(assemblyDir);
  const found = new Map<string, unknown>();
  const Policy = z.object({ PolicyName: z.string(), PolicyDocument: z.unknown() });
  const collect = provide('AWS::IoT::Policy', Policy, ({ properties }) => {
    found.set(properties.PolicyName, properties.PolicyDocument);
    return { ref: properties.PolicyName, attributes: {} };
  });
  const Resources = Object.fromEntries(
    Object.entries(template.Resources).filter(([, { Type }]) => Type === 'AWS::IoT::Policy'),
  );
  await deployTemplate({
    template: { ...template, Resources, Outputs: {} },
    stackName,
    providers: [collect],
    log,
  });
  return found;
};

const policies = await policiesOfTheStack();
const named = (ending: string) => {
  const entry = [...policies].find(([name]) => name.endsWith(ending));
  if (entry === undefined) throw new Error(`the stack has no policy that ends in ${ending}`);
  return { name: entry[0], document: entry[1] };
};
const doorPolicy = named('-door');
const claimPolicy = named('-claim');
const stage = Stage.parse(/^rollcall-(.+)-door$/.exec(doorPolicy.name)?.[1]);
const table = policyTable(stage);
const describeCase = ({ who, does, on, allowed }: PolicyCase): string =>
  `${who} ${allowed ? 'may' : 'may not'} ${does} ${on}`;

const questions = {
  connect: ['iot:Connect', 'client'],
  publish: ['iot:Publish', 'topic'],
  retain: ['iot:RetainPublish', 'topic'],
  subscribe: ['iot:Subscribe', 'topicfilter'],
  receive: ['iot:Receive', 'topic'],
} as const;

/** The cases that policies decide otherwise than the table says. */
const wronglyDecided = (door: unknown, claim: unknown): readonly PolicyCase[] => {
  const statements = { door: parsePolicyDocument(door), claim: parsePolicyDocument(claim) };
  return table.cases.filter(({ who, does, on, allowed }) => {
    const [action, kind] = questions[does];
    const attached = who === 'door' && (does !== 'connect' || on === table.own);
    const context = {
      'iot:Connection.Thing.IsAttached': String(attached),
      ...(attached ? { 'iot:Connection.Thing.ThingName': table.own } : {}),
    };
    const own = statements[who === 'claim' ? 'claim' : 'door'];
    return (
      (evaluate(own, { action, resource: arn('iot', `${kind}/${on}`), context }) === 'allow') !== allowed
    );
  });
};

describe('the table of what certificates may do', () => {
  it('has at least forty cases, mostly denials', () => {
    const denials = table.cases.filter(({ allowed }) => !allowed).length;
    expect(table.cases.length).toBeGreaterThanOrEqual(40);
    expect(denials).toBeGreaterThan(table.cases.length / 2);
    expect(new Set(table.cases.map(describeCase)).size).toBe(table.cases.length);
  });

  it('agrees with the policies of the stack', () => {
    expect(wronglyDecided(doorPolicy.document, claimPolicy.document).map(describeCase)).toEqual([]);
  });

  const [connects, others] = [true, false].map((isConnect) =>
    mutantsOf(doorPolicy.document).filter(({ name }) => name.startsWith('iot:Connect') === isConnect),
  );

  it.each(others ?? [])('notices in the door’s policy $name', ({ document }) => {
    expect(wronglyDecided(document, claimPolicy.document).length).toBeGreaterThan(0);
  });

  it('finds two locks on the door’s iot:Connect: the client id alone opens nothing, without the condition it does', () => {
    const [anyThing] = connects ?? [];
    expect(wronglyDecided(anyThing?.document, claimPolicy.document)).toEqual([]);
    const text = JSON.stringify(anyThing?.document).replace(/,"Condition":\{[^}]*\}\}/, '');
    const denied = wronglyDecided(JSON.parse(text), claimPolicy.document).map(describeCase);
    expect(denied).toContain(`door may not connect ${table.other}`);
  });

  it.each(mutantsOf(claimPolicy.document))('notices in the claim’s policy $name', ({ document }) => {
    expect(wronglyDecided(doorPolicy.document, document).length).toBeGreaterThan(0);
  });
});

describe('the broker with real certificates', () => {
  const ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    await clients.closeAll();
    for (const end of ends.splice(0).reverse()) await end();
  });

  /** A broker with these policies, and the certificates that the table speaks of. */
  const setUp = async (door: unknown, claim: unknown) => {
    const { iot } = makeBareIot();
    await declare(iot, 'AWS::IoT::Policy', { PolicyName: doorPolicy.name, PolicyDocument: door });
    await declare(iot, 'AWS::IoT::Policy', { PolicyName: claimPolicy.name, PolicyDocument: claim });
    await iot.start();
    const gateway = await startApi(iot);
    const api = new IoTClient(clientOptions(gateway.url));
    ends.push(iot.stop, gateway.stop, async () => api.destroy());
    const certificate = async (attached: boolean): Promise<Credentials> => {
      const { csrPem, privateKeyPem } = await createRequest('table');
      const { certificateArn: principal = '', certificatePem = '' } = await api.send(
        new CreateCertificateFromCsrCommand({ certificateSigningRequest: csrPem, setAsActive: true }),
      );
      await api.send(new AttachPolicyCommand({ policyName: doorPolicy.name, target: principal }));
      if (attached) await api.send(new AttachThingPrincipalCommand({ thingName: table.own, principal }));
      return { certificatePem, privateKeyPem };
    };
    for (const thing of [table.own, table.other])
      await api.send(new CreateThingCommand({ thingName: thing }));
    const who = {
      door: await certificate(true),
      unattached: await certificate(false),
      claim: claimOf(iot.endpoint),
    };
    return { iot, who };
  };

  /** The cases that the running broker decides otherwise than the table says. */
  const wronglyServed = async (iot: LocalIot, who: Record<PolicyCase['who'], Credentials>) => {
    const wrong: PolicyCase[] = [];
    for (const one of table.cases.filter(({ does }) => does === 'connect')) {
      const { connected } = await clients.attempt(iot.endpoint, one.on, who[one.who]);
      if (connected !== one.allowed) wrong.push(one);
      await clients.closeAll();
    }
    const connections = {
      door: await clients.connect(iot.endpoint, table.own, who.door),
      claim: await clients.connect(iot.endpoint, 'claim-1', who.claim),
    };
    const isServed = async ({ who: asker, does, on }: PolicyCase): Promise<boolean> => {
      const client = asker === 'claim' ? connections.claim : connections.door;
      if (does === 'subscribe') {
        const subscriptions = [{ topicFilter: on, qos: mqtt5.QoS.AtLeastOnce }];
        const { reasonCodes } = await client.subscribe({ subscriptions });
        return reasonCodes.every((code) => code < 128);
      }
      const message = { topicName: on, payload: '{}', qos: mqtt5.QoS.AtLeastOnce, retain: does === 'retain' };
      const { reasonCode } = (await client.publish(message)) as { reasonCode: number };
      return reasonCode < 128;
    };
    for (const one of table.cases) {
      if (one.does === 'connect' || one.does === 'receive') continue;
      if ((await isServed(one)) !== one.allowed) wrong.push(one);
    }
    return wrong.map(describeCase);
  };

  it('decides every case as the table says', async () => {
    const { iot, who } = await setUp(doorPolicy.document, claimPolicy.document);
    expect(await wronglyServed(iot, who)).toEqual([]);
  });

  it('shows a policy with one wildcard too many', async () => {
    const [verdicts] = mutantsOf(doorPolicy.document).filter(({ name }) =>
      /^iot:Subscribe on .*verdicts: any thing$/.test(name),
    );
    const { iot, who } = await setUp(verdicts?.document, claimPolicy.document);
    expect(await wronglyServed(iot, who)).toEqual([
      `door may not subscribe rollcall/v1/${table.other}/verdicts`,
      'door may not subscribe rollcall/v1/+/verdicts',
    ]);
  });
});

import { basicIngest, sightingsRule, sightingsTopic, verdictsTopic } from '#contract/topics.ts';
import { arn, type LocalLog } from '../../account.ts';
import { PublicHosts } from '../../public-hosts.ts';
import { type IotNeeds, type LocalIot, makeIot } from '../iot.ts';
import { InvokerDouble } from './invoker-double.ts';
import { QueueDouble } from './queue-double.ts';
import { temporaryFolder } from './temporary-folder.ts';

const stage = 'test';
export const templateName = 'rollcall-test';
const claimPolicy = 'rollcall-test-claim';
const devicePolicy = 'rollcall-test-door';
export const ingestArn = arn('lambda', 'function:ingest');
export const hookArn = arn('lambda', 'function:hook');
export const watchArn = arn('lambda', 'function:watch');
const deadQueue = 'https://sqs.eu-central-1.amazonaws.com/000000000000/dead';
const errorRole = 'arn:aws:iam::000000000000:role/errors';
/** The statement of the reports rule, as the infrastructure has it. */
export const reportsSql =
  "SELECT state.reported AS report, topic(3) AS thingName, timestamp() AS reportedAt FROM '$aws/things/+/shadow/name/agent/update/accepted' WHERE NOT isUndefined(state.reported)";
export const sightingsSql =
  "SELECT encode(*, 'base64') AS image, get(get_user_properties('sighting'), 0) AS sighting, clientid() AS thingName, timestamp() AS receivedAt FROM 'rollcall/v1/+/sightings'";

// biome-ignore lint/suspicious/noTemplateCurlyInString: AWS IoT's own syntax, not JavaScript's
const ownThing = '${iot:Connection.Thing.ThingName}';
const reserved = `$aws/things/${ownThing}`;
export const sightingsOf = (thing: string): string =>
  basicIngest(sightingsRule(stage), sightingsTopic(thing));

const requests = [
  '$aws/certificates/create-from-csr/json',
  `$aws/provisioning-templates/${templateName}/provision/json`,
];
const answers = requests.flatMap((topic) => [`${topic}/accepted`, `${topic}/rejected`]);
const allow = (Action: string, kind: string, names: readonly string[]) => ({
  Effect: 'Allow',
  Action,
  Resource: names.map((name) => arn('iot', `${kind}/${name}`)),
});

const serial = { Ref: 'SerialNumber' };
const ofSerial = (before: string, after = '') => ({ 'Fn::Join': ['', [before, serial, after]] });

/** The body of the provisioning template, with a thing that may not exist yet when `onConflict` is FAIL. */
export const templateBody = (onConflict: string) => ({
  Parameters: {
    SerialNumber: { Type: 'String' },
    Site: { Type: 'String', Default: 'unset' },
    'AWS::IoT::Certificate::Id': { Type: 'String' },
  },
  Resources: {
    certificate: {
      Type: 'AWS::IoT::Certificate',
      Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' }, Status: 'Active' },
    },
    policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: devicePolicy } },
    thing: {
      Type: 'AWS::IoT::Thing',
      Properties: { ThingName: ofSerial('rollcall-test-'), AttributePayload: { site: { Ref: 'Site' } } },
      OverrideSettings: { AttributePayload: onConflict },
    },
  },
  DeviceConfiguration: {
    site: { Ref: 'Site' },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the template's own syntax
    verdictsTopic: { 'Fn::Sub': 'rollcall/v1/rollcall-test-${SerialNumber}/verdicts' },
  },
});

const declarations = (onConflict: string): readonly (readonly [string, unknown])[] => [
  [
    'AWS::IoT::Policy',
    {
      PolicyName: devicePolicy,
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            ...allow('iot:Connect', 'client', [ownThing]),
            Condition: { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } },
          },
          allow('iot:Publish', 'topic', [
            sightingsOf(ownThing),
            `status/${ownThing}`,
            `${reserved}/shadow/*`,
            `${reserved}/jobs/*`,
          ]),
          allow('iot:Receive', 'topic', [verdictsTopic(ownThing), `${reserved}/*`, `status/${ownThing}`]),
          allow('iot:Subscribe', 'topicfilter', [
            verdictsTopic(ownThing),
            `${reserved}/*`,
            `status/${ownThing}*`,
            '$aws/rules/*',
          ]),
          allow('iot:RetainPublish', 'topic', [`status/${ownThing}`]),
        ],
      },
    },
  ],
  [
    'AWS::IoT::Policy',
    {
      PolicyName: claimPolicy,
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          allow('iot:Connect', 'client', ['claim-*']),
          allow('iot:Publish', 'topic', requests),
          allow('iot:Receive', 'topic', answers),
          allow('iot:Subscribe', 'topicfilter', answers),
        ],
      },
    },
  ],
  [
    'AWS::IoT::TopicRule',
    {
      RuleName: sightingsRule(stage),
      TopicRulePayload: {
        Sql: sightingsSql,
        AwsIotSqlVersion: '2016-03-23',
        RuleDisabled: false,
        Actions: [{ Lambda: { FunctionArn: ingestArn } }],
        ErrorAction: { Sqs: { QueueUrl: deadQueue, RoleArn: errorRole, UseBase64: false } },
      },
    },
  ],
  [
    'AWS::IoT::TopicRule',
    {
      RuleName: 'reports',
      TopicRulePayload: {
        Sql: reportsSql,
        AwsIotSqlVersion: '2016-03-23',
        Actions: [{ Lambda: { FunctionArn: watchArn } }],
      },
    },
  ],
  [
    'AWS::IoT::TopicRule',
    {
      RuleName: 'raw',
      TopicRulePayload: {
        Sql: "SELECT * FROM 'status/+'",
        AwsIotSqlVersion: '2016-03-23',
        Actions: [{ Lambda: { FunctionArn: ingestArn } }],
      },
    },
  ],
  [
    'AWS::IoT::ProvisioningTemplate',
    {
      TemplateName: templateName,
      TemplateType: 'FLEET_PROVISIONING',
      TemplateBody: JSON.stringify(templateBody(onConflict)),
      Enabled: true,
      ProvisioningRoleArn: 'arn:aws:iam::000000000000:role/provisioning',
      PreProvisioningHook: { TargetArn: hookArn, PayloadVersion: '2020-04-01' },
    },
  ],
];

/** Creates one resource as the local CloudFormation would: schema first, then `create`. */
export const declare = async (iot: LocalIot, type: string, properties: unknown): Promise<unknown> => {
  const provider = iot.providers.find((one) => one.type === type);
  if (provider === undefined) throw new Error(`no provider for ${type}`);
  const parsed = provider.properties.parse(properties);
  return provider.create({ logicalId: 'Tested', type, stackName: 'Test', properties: parsed });
};

const lenientIam: IotNeeds['iam'] = { mayAssume: () => true, decideAs: () => 'allow' };

const silent: LocalLog = { info: () => undefined, warn: () => undefined };

export type Deployment = {
  readonly iot: LocalIot;
  readonly invoker: InvokerDouble;
  readonly queues: QueueDouble;
  readonly stateDir: string;
};

type Overrides = Partial<Pick<IotNeeds, 'stateDir' | 'now' | 'hookLimitMs' | 'log' | 'iam' | 'deliver'>>;

/** A local IoT in which nothing is declared yet; not started. Reuse `stateDir` to play a restart. */
export const makeBareIot = ({ stateDir = temporaryFolder(), ...overrides }: Overrides = {}): Deployment => {
  const invoker = new InvokerDouble();
  const queues = new QueueDouble();
  const iot = makeIot({
    stateDir,
    now: Date.now,
    log: silent,
    invoker,
    queues,
    hosts: new PublicHosts(),
    iam: lenientIam,
    ...overrides,
  });
  return { iot, invoker, queues, stateDir };
};

/** The same with policies, rules and template declared. */
export const deploy = async ({
  onConflict = 'DO_NOTHING',
  ...overrides
}: Overrides & { onConflict?: string } = {}): Promise<Deployment> => {
  const deployment = makeBareIot(overrides);
  for (const [type, properties] of declarations(onConflict)) await declare(deployment.iot, type, properties);
  return deployment;
};

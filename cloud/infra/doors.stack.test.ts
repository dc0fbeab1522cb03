import { describe, expect, it } from 'vitest';
import { golden } from '#contract/golden.ts';
import { config } from '../../rollcall.config.ts';
import { provisioningTemplateBody } from './provisioning-template.ts';
import { readable, resourcesOf, statementsOf, synthesiseForTests } from './template-for-tests.ts';

const template = synthesiseForTests(config);
const longest = synthesiseForTests({ ...config, stage: 'abcdefghijkl' });
const policyNamed = (source: typeof template, name: string) => {
  const found = resourcesOf(source, 'AWS::IoT::Policy').find(
    ({ Properties }) => Properties.PolicyName === name,
  );
  if (found === undefined) throw new Error(`no policy ${name}`);
  return found.Properties.PolicyDocument;
};

describe('what a door may do', () => {
  it.each(
    resourcesOf(longest, 'AWS::IoT::Policy').map((policy) => [String(policy.Properties.PolicyName), policy]),
  )('%s fits in the 2,048 characters of an IoT policy, even with the longest names', (_name, policy) => {
    expect(JSON.stringify(readable(policy.Properties.PolicyDocument)).length).toBeLessThanOrEqual(2048);
  });

  it('names only the door’s own topics and client id, each by the thing that the certificate is attached to', () => {
    const statements = statementsOf(policyNamed(template, 'rollcall-dev-door'));
    const arn = 'arn:aws-us-gov:iot:ap-southeast-2:123456789012';
    // biome-ignore lint/suspicious/noTemplateCurlyInString: AWS IoT's own syntax
    const own = '${iot:Connection.Thing.ThingName}';
    expect(statements.map(({ actions, resources }) => [actions.join(), resources])).toEqual([
      ['iot:Connect', [`${arn}:client/${own}`]],
      [
        'iot:Publish',
        [
          `${arn}:topic/$aws/rules/rollcall_dev_sightings/rollcall/v1/${own}/sightings`,
          `${arn}:topic/$aws/rules/rollcall_dev_passages/rollcall/v1/${own}/passages`,
        ],
      ],
      ['iot:Receive', [`${arn}:topic/rollcall/v1/${own}/verdicts`]],
      ['iot:Subscribe', [`${arn}:topicfilter/rollcall/v1/${own}/verdicts`]],
    ]);
    expect(statements[0]?.condition).toEqual({ Bool: { 'iot:Connection.Thing.IsAttached': 'true' } });
  });

  it('is, with a claim, only to ask for a certificate and to register with this template', () => {
    const statements = statementsOf(policyNamed(template, 'rollcall-dev-claim'));
    const reachable = statements.flatMap(({ actions, resources }) =>
      resources.map((resource) => `${actions} ${resource.split(':').at(-1)}`),
    );
    const own =
      /(client\/claim-\*|\$aws\/certificates\/create-from-csr\/json|\$aws\/provisioning-templates\/rollcall-dev\/provision\/json)/;
    expect(reachable).toHaveLength(11);
    for (const entry of reachable) expect(entry).toMatch(own);
    expect(reachable.filter((entry) => entry.includes('*'))).toEqual(['iot:Connect client/claim-*']);
  });
});

describe('how a door enrols itself', () => {
  const [provisioning] = resourcesOf(template, 'AWS::IoT::ProvisioningTemplate');

  it('never without the hook, which only this template may call', () => {
    const hook = readable(provisioning?.Properties.PreProvisioningHook) as Record<string, string>;
    expect(hook.PayloadVersion).toBe('2020-04-01');
    const permissions = resourcesOf(template, 'AWS::Lambda::Permission')
      .map(({ Properties }) => readable(Properties) as Record<string, string>)
      .filter((permission) => permission.FunctionName === hook.TargetArn);
    expect(permissions).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: hook.TargetArn,
        Principal: 'iot.amazonaws.com',
        SourceAccount: '123456789012',
        SourceArn: 'arn:aws-us-gov:iot:ap-southeast-2:123456789012:provisioningtemplate/rollcall-dev',
      },
    ]);
  });

  it('with a template within AWS IoT’s limits for the longest names', () => {
    const [longestTemplate] = resourcesOf(longest, 'AWS::IoT::ProvisioningTemplate');
    expect(String(longestTemplate?.Properties.TemplateName).length).toBeLessThanOrEqual(36);
    expect(String(longestTemplate?.Properties.TemplateBody).length).toBeLessThanOrEqual(10_240);
  });

  it('and is told exactly what the contract’s example says', () => {
    const body = provisioningTemplateBody('dev', 'rollcall-dev-door');
    const parameters: Record<string, string> = { SerialNumber: 'demo-1', Site: 'main', Door: 'Front door' };
    const evaluate = (value: object): string => {
      if ('Ref' in value) return parameters[String(value.Ref)] ?? 'undefined';
      const [separator, parts] = Object.values(value)[0] as [string, (string | object)[]];
      return parts.map((part) => (typeof part === 'string' ? part : evaluate(part))).join(separator);
    };
    const configuration = Object.entries(body.DeviceConfiguration).map(([key, value]) => [
      key,
      evaluate(value),
    ]);
    expect(Object.fromEntries(configuration)).toEqual(golden('device-configuration'));
    expect(evaluate(body.Resources.thing.Properties.ThingName)).toBe('rollcall-dev-demo-1');
  });

  it('without changing a thing that already exists', () => {
    const { OverrideSettings } = provisioningTemplateBody('dev', 'p').Resources.thing;
    expect(new Set(Object.values(OverrideSettings))).toEqual(new Set(['DO_NOTHING']));
  });
});

describe('what a door publishes', () => {
  const rules = resourcesOf(template, 'AWS::IoT::TopicRule').map(({ id, Properties }) => ({
    id,
    ...Properties,
  }));

  it('reaches ingest through the two rules of the contract, with the thing name that the broker vouches for', () => {
    const sql = rules.map((rule) => [
      Reflect.get(rule, 'RuleName'),
      readable(Reflect.get(rule, 'TopicRulePayload')),
    ]);
    expect(sql).toEqual([
      [
        'rollcall_dev_sightings',
        expect.objectContaining({
          AwsIotSqlVersion: '2016-03-23',
          RuleDisabled: false,
          Sql:
            "SELECT encode(*, 'base64') AS image, get(get_user_properties('sighting'), 0) AS sighting, " +
            "clientid() AS thingName, timestamp() AS receivedAt FROM 'rollcall/v1/+/sightings'",
        }),
      ],
      [
        'rollcall_dev_passages',
        expect.objectContaining({
          Sql:
            "SELECT encode(*, 'base64') AS passage, clientid() AS thingName, timestamp() AS receivedAt " +
            "FROM 'rollcall/v1/+/passages'",
        }),
      ],
    ]);
  });

  it('may be handed to ingest by each of these rules and by nobody else', () => {
    const [ingest] = resourcesOf(template, 'AWS::Lambda::Function').filter(
      ({ Properties }) => Properties.FunctionName === 'rollcall-dev-ingest',
    );
    const callers = resourcesOf(template, 'AWS::Lambda::Permission')
      .map(({ Properties }) => readable(Properties) as Record<string, string>)
      .filter(({ FunctionName }) => FunctionName === `<${ingest?.id}.Arn>`);
    expect(callers.map(({ SourceArn, SourceAccount }) => [SourceArn, SourceAccount])).toEqual(
      rules.map(({ id }) => [`<${id}.Arn>`, '123456789012']),
    );
  });
});

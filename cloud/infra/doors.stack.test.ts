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

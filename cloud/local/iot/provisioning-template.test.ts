import { describe, expect, it } from 'vitest';
import { parseTemplateBody } from './provisioning-template.ts';
import { templateBody } from './testing/test-stack.ts';

const body = templateBody('MERGE');
const parse = (change: object = {}) => parseTemplateBody(JSON.stringify({ ...body, ...change }));

describe('a provisioning template', () => {
  it('resolves thing, policies and device configuration', () => {
    expect(parse().plan({ SerialNumber: '7', Site: 'main', Code: 'unused' }, 'cert-1')).toEqual({
      ok: true,
      plan: {
        thing: {
          name: 'rollcall-test-7',
          attributes: { site: 'main' },
          onConflict: 'MERGE',
        },
        status: 'ACTIVE',
        policies: ['rollcall-test-door'],
        deviceConfiguration: { site: 'main', verdictsTopic: 'rollcall/v1/rollcall-test-7/verdicts' },
      },
    });
  });

  it('takes the default of a parameter that is not sent', () => {
    expect(parse().plan({ SerialNumber: '7' }, 'c')).toMatchObject({
      plan: { deviceConfiguration: { site: 'unset' } },
    });
  });

  it('names a parameter that is missing', () => {
    expect(parse().plan({}, 'c')).toEqual({ ok: false, reason: 'the parameter SerialNumber is missing' });
  });

  it('refuses attributes that AWS would not take, as it does', () => {
    expect(parse().plan({ SerialNumber: '7', Site: 'Head office' }, 'c')).toEqual({
      ok: false,
      reason: expect.stringContaining('site'),
    });
  });

  it.each([
    ['Mappings', { Mappings: {} }],
    ['Tags', { Resources: { ...body.Resources, thing: { ...body.Resources.thing, Tags: [] } } }],
    [
      'ThingTypeName',
      {
        Resources: {
          ...body.Resources,
          thing: {
            ...body.Resources.thing,
            Properties: { ...body.Resources.thing.Properties, ThingTypeName: 'camera' },
          },
        },
      },
    ],
    ['Fn::Select', { DeviceConfiguration: { site: { 'Fn::Select': [0, ['a']] } } }],
    ['AWS::IoT::Certificate', { Resources: { thing: body.Resources.thing } }],
  ])('is refused when it is created, naming %s', (name, change) => {
    expect(() => parse(change)).toThrow(name);
  });
});

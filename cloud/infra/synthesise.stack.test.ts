import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { config } from '../../rollcall.config.ts';
import { acknowledge, acknowledgeWildcard } from './acknowledge.ts';
import { synthesise } from './synthesise.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'rollcall-synth-'));
  mkdirSync(path.join(folder, 'dist'));
  writeFileSync(path.join(folder, 'dist/index.html'), '<!doctype html>');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const assemble = (overrides: Partial<typeof config> = {}, checked = false) => {
  const outdir = path.join(folder, 'cdk.out');
  synthesise({
    outdir,
    config: { ...config, ...overrides },
    dashboardDir: path.join(folder, 'dist'),
    context: { 'aws:cdk:bundling-stacks': [] },
    checked,
  });
  const read = (file: string) => readFileSync(path.join(outdir, file), 'utf8');
  const manifest = JSON.parse(read('manifest.json')) as {
    artifacts: Record<string, { environment?: string }>;
  };
  return {
    report: () => JSON.parse(read('validation-report.json')) as unknown,
    template: read('rollcall-dev.template.json'),
    environment: manifest.artifacts['rollcall-dev']?.environment,
  };
};

describe('the assembly', () => {
  it('passes every rule of CloudFormation and of cdk-nag', () => {
    const { report } = assemble({}, true);
    expect(report()).toMatchObject({ pluginReports: [] });
  });

  it('may be deployed only where the configuration says, by a template that is the same everywhere', () => {
    const anywhere = assemble();
    const pinned = assemble({ deployTo: { account: '123456789012', region: 'eu-west-1' } });
    expect(anywhere.environment).toBe('aws://unknown-account/unknown-region');
    expect(pinned.environment).toBe('aws://123456789012/eu-west-1');
    expect(pinned.template).toBe(anywhere.template);
  });

  it('is not written before the dashboard is built', () => {
    expect(() => synthesise({ outdir: folder, config, dashboardDir: '/nonexistent/dist' })).toThrow(
      /is missing: run npm run build/,
    );
  });
});

describe('cdk-nag', () => {
  const checked = (build: (stack: Stack) => void) => {
    const app = new App({ outdir: path.join(folder, 'nag'), analyticsReporting: false });
    build(new Stack(app, 'careless'));
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    return () => app.synth();
  };
  /** Findings of the report that a failed synthesis leaves behind. */
  const findings = () => readFileSync(path.join(folder, 'nag/validation-report.json'), 'utf8');

  it('stops the synthesis at a finding that nobody answered', () => {
    expect(checked((stack) => new Bucket(stack, 'Open'))).toThrow(/validation-report\.json/);
    expect(findings()).toContain('AwsSolutions-S1');
    expect(findings()).toContain('AwsSolutions-S10');
  });

  it('accepts one finding by its acknowledgement, and still stops at the next', () => {
    const synth = checked((stack) => acknowledge(new Bucket(stack, 'Open'), 'S1', 'a test'));
    expect(synth).toThrow(/validation-report\.json/);
    expect(findings()).not.toContain('AwsSolutions-S1"');
    expect(findings()).toContain('AwsSolutions-S10');
  });

  it('accepts one wildcard of a role, and still stops at another', () => {
    const synth = checked((stack) => {
      const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
      role.addToPolicy(
        new PolicyStatement({ actions: ['s3:Get*', 's3:Put*'], resources: ['arn:aws:s3:::b/k'] }),
      );
      acknowledgeWildcard(role, 'Action::s3:Get*', 'a test');
    });
    expect(synth).toThrow(/validation-report\.json/);
    expect(findings()).not.toContain('s3:Get*');
    expect(findings()).toContain('s3:Put*');
  });
});

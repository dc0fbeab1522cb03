import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RollcallConfig } from './configuration.ts';
import { synthesise } from './synthesise.ts';

type Properties = Readonly<Record<string, unknown>>;
export type Resource = {
  readonly Type: string;
  readonly Properties: Properties;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Metadata?: unknown;
};
export type TemplateForTests = {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Properties;
};

/** Synthesises into a temporary folder without bundling or checking it, and reads the template back. */
export const synthesiseForTests = (
  config: RollcallConfig,
  context: Readonly<Record<string, string>> = {},
): TemplateForTests => {
  const dir = mkdtempSync(path.join(tmpdir(), 'rollcall-stack-'));
  try {
    const dashboardDir = path.join(dir, 'dist');
    mkdirSync(dashboardDir);
    writeFileSync(path.join(dashboardDir, 'index.html'), '<!doctype html>');
    const outdir = path.join(dir, 'cdk.out');
    synthesise({
      outdir,
      config,
      dashboardDir,
      context: { ...context, 'aws:cdk:bundling-stacks': [] },
      checked: false,
    });
    return JSON.parse(
      readFileSync(path.join(outdir, `rollcall-${context.stage ?? config.stage}.template.json`), 'utf8'),
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
};

export const resourcesOf = (
  template: TemplateForTests,
  type: string,
): readonly (Resource & { id: string })[] =>
  Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => ({ id, ...resource }));

/** The longest values that a real account and Region put in place of pseudo parameters. */
const pseudo: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws-us-gov',
  'AWS::Region': 'ap-southeast-2',
  'AWS::AccountId': '123456789012',
};

/** A value of the template with its intrinsic functions replaced by readable text: `<Id.Attribute>` for other resources. */
export const readable = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [[name, argument] = []] = entries;
  if (entries.length === 1 && name === 'Ref') return pseudo[String(argument)] ?? `<${argument}>`;
  if (name === 'Fn::GetAtt' && Array.isArray(argument)) return `<${argument.join('.')}>`;
  if (name === 'Fn::Join' && Array.isArray(argument)) {
    const [separator, parts] = argument as [string, unknown[]];
    return parts.map(readable).join(separator);
  }
  if (name === 'Fn::Sub') return String(argument);
  return Object.fromEntries(entries.map(([key, entry]) => [key, readable(entry)]));
};

export type Statement = {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly effect: string;
  readonly condition: unknown;
};

/** Every statement of a policy document, with actions and resources as lists of readable text. */
export const statementsOf = (document: unknown): readonly Statement[] => {
  const { Statement } = readable(document) as { Statement: Readonly<Record<string, unknown>>[] };
  return Statement.map((statement) => ({
    actions: [statement.Action].flat().map(String),
    resources: [statement.Resource].flat().map(String),
    effect: String(statement.Effect),
    condition: statement.Condition,
  }));
};

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { App, DefaultStackSynthesizer, type IStackSynthesizer, Validations } from 'aws-cdk-lib';
import { VALIDATE_AGAINST_DEFAULT_RULES } from 'aws-cdk-lib/cx-api';
import { AwsSolutionsChecks } from 'cdk-nag';
import * as z from 'zod';
import { Stage } from '#contract/names.ts';
import type { RollcallConfig } from './configuration.ts';
import { repositoryRoot } from './repository-root.ts';
import { RollcallStack } from './rollcall-stack.ts';

export type SynthesisOptions = {
  /** Folder for the cloud assembly, usually `cdk.out`. */
  readonly outdir: string;
  readonly config: RollcallConfig;
  /** CDK context; `stage` overrides the configured stage, `aws:cdk:bundling-stacks: []` skips the bundles. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** Built dashboard; `dashboard/dist` if not given. */
  readonly dashboardDir?: string;
  /** Whether CloudFormation's own rules and cdk-nag judge the template, which takes seconds; true if not given. */
  readonly checked?: boolean;
};

/**
 * Writes the cloud assembly without network or credentials.
 * Account and region stay pseudo parameters, so that the template on disk is the very one that is deployed and the one
 * that the local cloud reads. Throws when the dashboard has not been built, and when cdk-nag finds anything that no
 * `acknowledge` beside the code answers; what it is, it prints.
 */
export const synthesise = (options: SynthesisOptions): RollcallStack => {
  const dashboardDir = options.dashboardDir ?? path.join(repositoryRoot, 'dashboard/dist');
  if (!existsSync(path.join(dashboardDir, 'index.html'))) {
    throw new Error(
      `${path.relative(process.cwd(), dashboardDir) || '.'} is missing: run npm run build (it builds the dashboard), then again.`,
    );
  }
  const checked = options.checked ?? true;
  const app = new App({
    builtinCloudFormationValidation: checked,
    outdir: options.outdir,
    analyticsReporting: false,
    // A property that CloudFormation does not know is an error here, not in the middle of a deployment.
    context: { [VALIDATE_AGAINST_DEFAULT_RULES]: true, ...options.context },
  });
  const stage = Stage.parse(app.node.tryGetContext('stage') ?? options.config.stage);
  const stack = new RollcallStack(app, `rollcall-${stage}`, {
    config: { ...options.config, stage },
    dashboardDir,
    // The CLI still checks the bootstrap version; the rule would only add a parameter that nobody sets.
    // (The CDK's own types do not agree with exactOptionalPropertyTypes, hence the cast.)
    synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer,
  });
  if (checked) Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
  if (options.config.deployTo !== undefined)
    pinEnvironment(options.outdir, stack.artifactId, options.config.deployTo);
  return stack;
};

/**
 * Says in the assembly where the stack may go, so that `cdk deploy` refuses credentials of another account. Given to the stack itself
 * it would be written into the template, which is to stay the same for every account.
 */
const pinEnvironment = (
  outdir: string,
  artifact: string,
  { account, region }: NonNullable<RollcallConfig['deployTo']>,
): void => {
  const file = path.join(outdir, 'manifest.json');
  const manifest = Manifest.parse(JSON.parse(readFileSync(file, 'utf8')));
  const entry = manifest.artifacts[artifact];
  if (entry === undefined)
    throw new Error(`${file} does not list ${artifact}: this CDK writes it in another way`);
  entry.environment = `aws://${account}/${region}`;
  writeFileSync(file, JSON.stringify(manifest, undefined, 2));
};

const Manifest = z.looseObject({ artifacts: z.record(z.string(), z.looseObject({})) });

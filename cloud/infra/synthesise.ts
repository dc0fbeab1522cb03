import { existsSync } from 'node:fs';
import path from 'node:path';
import { App, DefaultStackSynthesizer, type IStackSynthesizer } from 'aws-cdk-lib';
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
};

/**
 * Writes the cloud assembly without network or credentials.
 * Account and region stay pseudo parameters, so that the template on disk is the very one that is deployed and the one
 * that the local cloud reads. Throws when the dashboard has not been built.
 */
export const synthesise = (options: SynthesisOptions): RollcallStack => {
  const dashboardDir = options.dashboardDir ?? path.join(repositoryRoot, 'dashboard/dist');
  if (!existsSync(path.join(dashboardDir, 'index.html'))) {
    throw new Error(
      `${path.relative(process.cwd(), dashboardDir) || '.'} is missing: run npm run build (it builds the dashboard), then again.`,
    );
  }
  const app = new App({
    outdir: options.outdir,
    analyticsReporting: false,
    ...(options.context === undefined ? {} : { context: { ...options.context } }),
  });
  const stage = Stage.parse(app.node.tryGetContext('stage') ?? options.config.stage);
  const stack = new RollcallStack(app, `rollcall-${stage}`, {
    config: { ...options.config, stage },
    dashboardDir,
    // The CLI still checks the bootstrap version; the rule would only add a parameter that nobody sets.
    // (The CDK's own types do not agree with exactOptionalPropertyTypes, hence the cast.)
    synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer,
  });
  app.synth();
  return stack;
};

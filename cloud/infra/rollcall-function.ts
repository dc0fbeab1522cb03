import path from 'node:path';
import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { RollcallConfig } from './configuration.ts';
import { repositoryRoot } from './repository-root.ts';

export type RollcallFunctionProps = {
  readonly config: RollcallConfig;
  /** Folder below `cloud/functions` whose `handler.ts` is the entry. */
  readonly name: string;
  readonly timeout: Duration;
  readonly memoryMb: number;
  /** Concurrency that is set aside for this function and is its limit; none if not given. */
  readonly reservedConcurrency?: number | undefined;
};

/**
 * A Lambda function with its own role, which may at first only write to its own log group.
 * Everything else is granted by `bind.ts`, together with the environment variable that names the resource.
 */
export class RollcallFunction extends NodejsFunction {
  /** The role that the function runs in, and nothing else. */
  readonly ownRole: Role;
  readonly timeoutSeconds: number;

  constructor(scope: Construct, id: string, props: RollcallFunctionProps) {
    const functionName = `rollcall-${props.config.stage}-${props.name}`;
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      logGroupName: `/rollcall/${props.config.stage}/${props.name}`,
      retention: props.config.retention.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    super(scope, id, {
      functionName,
      entry: path.join(repositoryRoot, 'cloud/functions', props.name, 'handler.ts'),
      projectRoot: repositoryRoot,
      depsLockFilePath: path.join(repositoryRoot, 'package-lock.json'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: props.timeout,
      memorySize: props.memoryMb,
      role,
      logGroup,
      ...(props.reservedConcurrency === undefined
        ? {}
        : { reservedConcurrentExecutions: props.reservedConcurrency }),
      bundling: {
        format: OutputFormat.ESM,
        target: 'node22',
        minify: true,
        logLevel: LogLevel.WARNING,
        mainFields: ['module', 'main'],
        // The SDK travels with the code: what was tested is what runs, whatever the runtime carries. Only the ways to
        // credentials that a function never goes stay out, a fifth of each bundle: Lambda hands a role's keys over in
        // the environment, and the SDK imports these when it finds none there.
        externalModules: [
          '@aws-sdk/credential-provider-http',
          '@aws-sdk/credential-provider-ini',
          '@aws-sdk/credential-provider-process',
          '@aws-sdk/credential-provider-sso',
          '@aws-sdk/credential-provider-web-identity',
          '@smithy/credential-provider-imds',
        ],
        // CommonJS packages inside an ESM bundle still call require() for Node's own modules.
        banner: "import{createRequire as $require}from'node:module';const require=$require(import.meta.url);",
      },
    });
    this.ownRole = role;
    this.timeoutSeconds = props.timeout.toSeconds();
  }
}

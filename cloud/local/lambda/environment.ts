import os from 'node:os';
import { account } from '../account.ts';
import type { Credentials } from '../iam/iam.ts';

/** Names that Lambda keeps for itself and refuses in a function's own variables. Source: "Defined runtime environment variables". */
const reserved: ReadonlySet<string> = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
]);

/** All of a function's variables together. Source: Lambda quotas. */
const maxVariablesBytes = 4096;

/** Throws an Error in Lambda's words for variables that Lambda would refuse. */
export const checkVariables = (variables: Readonly<Record<string, string>>): void => {
  const refused = Object.keys(variables).filter((name) => reserved.has(name));
  if (refused.length > 0) {
    throw new Error(`Reserved keys used in this request: ${refused.join(', ')}`);
  }
  if (Buffer.byteLength(JSON.stringify(variables)) > maxVariablesBytes) {
    throw new Error(`Environment variables exceed ${maxVariablesBytes} bytes together`);
  }
};

/** Nine tenths of the memory for old objects and a twentieth for new ones, as Lambda's own start-up of Node.js divides it. */
const heapOptions = (memoryMb: number): string =>
  `--max-old-space-size=${Math.floor(memoryMb * 0.9)} --max-semi-space-size=${Math.floor(memoryMb * 0.05)}`;

/**
 * The whole environment of a function's process: what the template gives it, what Lambda gives it, and where
 * AWS is. Nothing is inherited but PATH, so that no real credentials or settings of the machine can be reached.
 */
export const functionEnvironment = ({
  functionName,
  memoryMb,
  variables,
  credentials,
  endpointUrl,
}: {
  readonly functionName: string;
  readonly memoryMb: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly credentials: Credentials;
  readonly endpointUrl: string;
}): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  TZ: 'UTC',
  ...variables,
  NODE_OPTIONS: `${variables.NODE_OPTIONS ?? ''} ${heapOptions(memoryMb)}`.trim(),
  AWS_REGION: account.region,
  AWS_LAMBDA_FUNCTION_NAME: functionName,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_ENDPOINT_URL: endpointUrl,
  AWS_EC2_METADATA_DISABLED: 'true',
  // The SDK looks into the home folder's files even when it has keys.
  AWS_CONFIG_FILE: os.devNull,
  AWS_SHARED_CREDENTIALS_FILE: os.devNull,
  // The machine's Node.js may be older than the template's runtime; the SDK's remark about it would fill the logs.
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
});

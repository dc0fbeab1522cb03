/** Who signed a request: the account's administrator (`local`/`local`) or a function acting as its role. */
export type Principal =
  | { readonly kind: 'administrator'; readonly arn: string }
  | { readonly kind: 'role'; readonly roleName: string; readonly arn: string };

/** A request whose signature has been verified. */
export type ServiceRequest = {
  readonly method: string;
  /** Path as sent, not decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The part of `X-Amz-Target` after the dot, for JSON protocols; empty otherwise. */
  readonly operation: string;
  readonly principal: Principal;
  /** Throws a ServiceError (AccessDeniedException in AWS's words) unless the principal's policies allow it. */
  authorize(
    action: string,
    resourceArn: string,
    context?: Readonly<Record<string, string | readonly string[]>>,
  ): void;
};

export type ServiceResponse = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
};

/** An AWS service behind the one base URL; chosen by the service name in the request's signature. */
export interface Service {
  /** Names in the credential scope, e.g. `dynamodb`, `s3`, `iotdevicegateway`. */
  readonly signingNames: readonly string[];
  /** How errors are written: `json` = `__type` + `message`, `rest-json` = the same with x-amzn-errortype, `rest-xml` = S3's, `query` = XML of the older services. */
  readonly protocol: 'json' | 'rest-json' | 'rest-xml' | 'query';
  /** For `json`: the part of `X-Amz-Target` before the dot, which names the service and the version of its API. */
  readonly target?: string;
  /** The operations that it answers, by AWS's names; left out where a test does not care. */
  readonly operations?: readonly string[];
  /** AWS's name of the operation, for services whose requests do not say it in `X-Amz-Target`. */
  operationOf?(request: Pick<ServiceRequest, 'method' | 'path' | 'query' | 'body'>): string;
  handle(request: ServiceRequest): Promise<ServiceResponse>;
}

/** An error as AWS would answer it: `code` is AWS's own word, `status` its HTTP status, `extra` further body fields. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: string;
  readonly status: number;
  readonly extra: Readonly<Record<string, unknown>>;
  constructor(code: string, message: string, status = 400, extra: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.extra = extra;
  }
}

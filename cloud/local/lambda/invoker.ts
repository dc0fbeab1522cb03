/** Who asks for an invocation, checked against the function's AWS::Lambda::Permission entries. */
export type InvocationSource = { readonly principal: string; readonly sourceArn: string };

/** Answer of a synchronous invocation. `functionError` is set when the handler threw or timed out. */
export type InvocationResult = { readonly payload: unknown; readonly functionError?: string };

/**
 * How other services of the local cloud reach functions. Rejects with a ServiceError when no permission allows the source, the event is
 * too large, or (synchronous only) the function's reserved concurrency is in use: TooManyRequestsException.
 */
export interface FunctionInvoker {
  invoke(functionArn: string, event: unknown, source: InvocationSource): Promise<InvocationResult>;
  /** Queues the event; Lambda's asynchronous retries apply. Resolves once the event is on disk. */
  invokeAsync(functionArn: string, event: unknown, source: InvocationSource): Promise<void>;
}

/** How a service that acts as a role of the template reaches functions: the role needs `lambda:InvokeFunction`. Rejects likewise. */
export interface RoleInvoker {
  invokeAsync(functionArn: string, event: unknown, as: { readonly roleArn: string }): Promise<void>;
}

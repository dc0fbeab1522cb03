/** Who asks for an invocation, checked against the function's AWS::Lambda::Permission entries. */
export type InvocationSource = { readonly principal: string; readonly sourceArn: string };

/** Answer of a synchronous invocation. `functionError` is set when the handler threw or timed out. */
export type InvocationResult = { readonly payload: unknown; readonly functionError?: string };

/** How other services of the local cloud reach functions. Rejects with a ServiceError when no permission allows the source. */
export interface FunctionInvoker {
  invoke(functionArn: string, event: unknown, source: InvocationSource): Promise<InvocationResult>;
  /** Queues the event; Lambda's asynchronous retries apply. Resolves once queued. */
  invokeAsync(functionArn: string, event: unknown, source: InvocationSource): Promise<void>;
}

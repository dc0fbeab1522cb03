import type { FunctionInvoker, InvocationResult, InvocationSource } from '../../lambda/invoker.ts';

export type Invocation = {
  readonly functionArn: string;
  readonly event: Record<string, unknown>;
  readonly source: InvocationSource;
};

/** Stands in for Lambda: remembers what it was asked, and answers as told. Untold, it throws. */
export class InvokerDouble implements FunctionInvoker {
  readonly hookCalls: Invocation[] = [];
  readonly events: Invocation[] = [];
  onHook: (call: Invocation) => Promise<InvocationResult> = () => {
    throw new Error('no hook was expected');
  };
  onEvent: (call: Invocation) => Promise<void> = async () => undefined;

  async invoke(functionArn: string, event: unknown, source: InvocationSource): Promise<InvocationResult> {
    const call = { functionArn, event: event as Record<string, unknown>, source };
    this.hookCalls.push(call);
    return this.onHook(call);
  }

  async invokeAsync(functionArn: string, event: unknown, source: InvocationSource): Promise<void> {
    const call = { functionArn, event: event as Record<string, unknown>, source };
    await this.onEvent(call);
    this.events.push(call);
  }
}

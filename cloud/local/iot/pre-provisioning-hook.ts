import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { FunctionInvoker } from '../lambda/invoker.ts';

/** AWS gives the hook five seconds (AWS IoT developer guide, "Pre-provisioning hooks"). */
export const hookLimitMs = 5000;

/** What AWS IoT sends to the hook. */
export type HookEvent = {
  readonly claimCertificateId: string;
  readonly certificateId: string;
  readonly certificatePem: string;
  readonly templateArn: string;
  readonly clientId: string;
  readonly parameters: Readonly<Record<string, string>>;
};

const HookAnswer = z.object({
  allowProvisioning: z.literal(true),
  parameterOverrides: z.record(z.string(), z.string()).optional(),
});

/** The hook's decision. `reason` is for the operator's log; the device learns only that access is denied. */
export type HookDecision =
  | { readonly allowed: true; readonly overrides: Readonly<Record<string, string>> }
  | { readonly allowed: false; readonly reason: string };

/** Asks the template's Lambda function. Failure, a late answer, or anything but `allowProvisioning: true` denies. */
export const askHook = async (
  { invoker, limitMs }: { readonly invoker: Pick<FunctionInvoker, 'invoke'>; readonly limitMs: number },
  functionArn: string,
  event: HookEvent,
): Promise<HookDecision> => {
  const source = { principal: 'iot.amazonaws.com', sourceArn: event.templateArn };
  const timer = new AbortController();
  const late = delay(limitMs, 'late' as const, { signal: timer.signal, ref: false });
  late.catch(() => undefined);
  try {
    const result = await Promise.race([invoker.invoke(functionArn, event, source), late]);
    if (result === 'late') return { allowed: false, reason: `the hook took longer than ${limitMs} ms` };
    if (result.functionError !== undefined) return { allowed: false, reason: 'the hook failed' };
    const answer = HookAnswer.safeParse(result.payload);
    return answer.success
      ? { allowed: true, overrides: answer.data.parameterOverrides ?? {} }
      : { allowed: false, reason: 'the hook did not answer allowProvisioning: true' };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { allowed: false, reason: `the hook could not be invoked: ${why}` };
  } finally {
    timer.abort();
  }
};

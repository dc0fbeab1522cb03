import * as z from 'zod';
import { Stage } from '#contract/names.ts';
import { Sites } from '../domain/site.ts';

/** What one installation of Rollcall decides for itself: the content of `rollcall.config.ts`. */
export const RollcallConfig = z.strictObject({
  stage: Stage,
  sites: Sites,
  /** Whether table, user pool, collection and pictures outlive a deleted stack. */
  keepDataOnDelete: z.boolean(),
  /** How long the functions' logs are kept. */
  logRetentionDays: z.union([z.literal(7), z.literal(30), z.literal(90), z.literal(365)]),
});
export type RollcallConfig = z.infer<typeof RollcallConfig>;

/** Checks a configuration and reports every problem at once; throws with the keys to correct. */
export const defineRollcall = (config: z.input<typeof RollcallConfig>): RollcallConfig => {
  const parsed = RollcallConfig.safeParse(config);
  if (parsed.success) return parsed.data;
  throw new Error(`rollcall.config.ts needs correcting:\n${z.prettifyError(parsed.error)}`);
};

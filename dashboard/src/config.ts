import { z } from 'zod';

/** `/config.json`, written with the pages when the stack is deployed: where and as what this page signs people in. */
export const DashboardConfig = z.object({
  issuer: z.url(),
  clientId: z.string().min(1),
  /** Base URL of the hosted sign-in pages, without a trailing slash. */
  signInUrl: z.url().transform((url) => url.replace(/\/$/, '')),
  scopes: z.array(z.string().min(1)).min(1),
});
export type DashboardConfig = z.infer<typeof DashboardConfig>;

/** Reads the configuration; throws an Error whose message says who must act. */
export const loadConfig = async (fetchJson: typeof fetch): Promise<DashboardConfig> => {
  const answer = await fetchJson('/config.json', { cache: 'no-cache' });
  if (!answer.ok)
    throw new Error(
      `config.json answered ${answer.status}. Whoever runs Rollcall must deploy the dashboard again.`,
    );
  const parsed = DashboardConfig.safeParse(await answer.json().catch(() => undefined));
  if (!parsed.success)
    throw new Error(
      'config.json is not what this version of the dashboard expects. Whoever runs Rollcall must deploy both together.',
    );
  return parsed.data;
};

import * as z from 'zod';

/** The dashboard's public `/config.json`, written by the deployment: how to sign in, and what people are told of their pictures. */
export const DashboardConfig = z.strictObject({
  /** Issuer of the tokens, as AWS names it. */
  issuer: z.url(),
  clientId: z.string().min(1),
  /** Origin of the hosted sign-in pages. */
  signInDomain: z.url(),
  /** Path on the dashboard's own origin to which the hosted pages return. */
  redirectPath: z.string().startsWith('/'),
  /** Space-separated OAuth scopes to ask for. */
  scopes: z.string().min(1),
  /** For how many days at most a person's own picture of a check-in is kept; what was deployed before does not say. */
  checkInDays: z.int().positive().optional(),
});
export type DashboardConfig = z.infer<typeof DashboardConfig>;

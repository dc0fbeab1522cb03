import { defineRollcall } from './cloud/infra/configuration.ts';

/** This installation; docs/deploy.md says how to choose. The CDK context value `stage` (`-c stage=prod`) overrides the stage for one run. */
export const config = defineRollcall({
  stage: 'dev',
  // A real installation says true: people's attendance must outlive a mistyped `cdk destroy`.
  keepDataOnDelete: false,
  retention: {
    logDays: 30,
    backupDays: 7,
    photos: { checkInDays: 30, unmatchedDays: 3, allDays: 30, enrolmentDays: 365 },
  },
  // A real installation names at least one: `npm run synth` says so while nobody would be told.
  alertAddresses: [],
  monthlyBudgetUsd: 100,
  // The price of eu-central-1. A budget in place of null ends the searches of a month once it is spent.
  searches: { usdPerSearch: 0.0012, monthlyBudgetUsd: null },
  sites: [
    {
      id: 'main',
      name: 'Main office',
      timeZone: 'Europe/Berlin',
      acceptSimilarity: 99,
      // Similarities crowd together near 100: with 99 to accept, 2 points mean that a second person above 98
      // always makes a sighting ambiguous, while strangers, who stay below 80, never do.
      margin: 2,
      duplicatePunchMinutes: 2,
      photoPolicy: 'never',
    },
  ],
});

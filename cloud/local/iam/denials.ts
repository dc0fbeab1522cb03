import type { LocalLog } from '../account.ts';

/** A call that a policy did not allow. */
export type DeniedCall = {
  readonly principalArn: string;
  readonly action: string;
  readonly resource: string;
};

/** What was refused for want of a grant since the start, whoever asked: a function, or a service acting as a role. */
export interface Denials {
  record(call: DeniedCall): void;
  /** Oldest first; only the newest are kept. */
  list(): readonly DeniedCall[];
}

/** How many denied calls are remembered. */
const maxDenied = 1000;

export const makeDenials = (log: LocalLog): Denials => {
  const denied: DeniedCall[] = [];
  return {
    record({ principalArn, action, resource }) {
      denied.push({ principalArn, action, resource });
      if (denied.length > maxDenied) denied.shift();
      log.warn('iam.denied', { principal: principalArn, action, resource });
    },
    list: () => denied,
  };
};

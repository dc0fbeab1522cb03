import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Me } from '#contract/api.ts';
import type { Api } from '../api/api.ts';

/** Who is signed in, and what every page needs for them. */
export type Account = {
  readonly api: Api;
  readonly me: Me;
  /** The chosen site; undefined for people who see only themselves. */
  readonly site: string | undefined;
  /** For how many days at most a check-in's picture is kept, where the deployment says so. */
  readonly checkInDays: number | undefined;
  /** What a page calls when the API says that the sign-in has ended. */
  readonly onSignedOut: () => void;
};

export const AccountContext = createContext<Account | undefined>(undefined);

export const useAccount = (): Account => {
  const account = useContext(AccountContext);
  if (account === undefined) throw new Error('a page is shown only to somebody who is signed in');
  return account;
};

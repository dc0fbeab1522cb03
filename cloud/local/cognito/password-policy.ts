/** What a new password must have, from the template's `Policies.PasswordPolicy`. */
export type PasswordPolicy = {
  readonly MinimumLength: number;
  readonly RequireLowercase: boolean;
  readonly RequireUppercase: boolean;
  readonly RequireNumbers: boolean;
  readonly RequireSymbols: boolean;
};

/** Cognito refuses longer passwords whatever the policy says. */
const maximumLength = 256;
// Cognito counts these as symbols; a space counts when it is neither first nor last.
const symbol = /[\^$*.[\]{}()?\-"!@#%&/\\,><':;|_~`+=]|\S\s+\S/;

/** What the password lacks, in Cognito's words after "Password did not conform with policy: "; undefined when it conforms. */
export const passwordViolation = (policy: PasswordPolicy, password: string): string | undefined => {
  if (password.length < policy.MinimumLength) return 'Password not long enough';
  if (password.length > maximumLength) return 'Password must not be longer than 256 characters';
  if (policy.RequireUppercase && !/[A-Z]/.test(password)) return 'Password must have uppercase characters';
  if (policy.RequireLowercase && !/[a-z]/.test(password)) return 'Password must have lowercase characters';
  if (policy.RequireNumbers && !/\d/.test(password)) return 'Password must have numeric characters';
  if (policy.RequireSymbols && !symbol.test(password)) return 'Password must have symbol characters';
  return undefined;
};

/** The policy as one sentence for the pages where a person chooses a password. */
export const describePolicy = (policy: PasswordPolicy): string => {
  const parts = [
    policy.RequireUppercase && 'an upper-case letter',
    policy.RequireLowercase && 'a lower-case letter',
    policy.RequireNumbers && 'a digit',
    policy.RequireSymbols && 'a symbol',
  ].filter((part) => part !== false);
  const list = parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}` : parts.join('');
  return `At least ${policy.MinimumLength} characters${list === '' ? '' : `, with ${list}`}.`;
};

import { randomInt, randomUUID } from 'node:crypto';
import type { LocalLog } from '../account.ts';
import { hashPassword } from './password-hash.ts';
import { passwordViolation } from './password-policy.ts';
import { emailIs, type Pool } from './pool.ts';
import type { User, UserNaming } from './user-store.ts';

/** Why a user cannot be created, with Cognito's error code. */
export type Refusal = {
  readonly refused: 'UsernameExistsException' | 'InvalidPasswordException' | 'InvalidParameterException';
  readonly message: string;
};

export type NewUser = {
  /** What the person signs in with: an address where the pool uses addresses as names. */
  readonly name: string;
  readonly password: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  readonly status: User['status'];
};

/** Creates a user without any group, or says why not. */
export const createUser = async (pool: Pool, request: NewUser, nowMs: number): Promise<User | Refusal> => {
  const naming = emailIs(pool.properties);
  const email = naming === 'username' ? request.name : request.attributes.email;
  const violation =
    nameViolation(naming, request.name) ??
    (request.password === undefined ? undefined : poolPasswordViolation(pool, request.password));
  if (violation !== undefined) return violation;
  const passwordHash = request.password === undefined ? undefined : await hashPassword(request.password);
  // Checked after the slow hash: nothing is awaited between the check and the write.
  if (pool.users.find(request.name) !== undefined) {
    return naming === 'username'
      ? { refused: 'UsernameExistsException', message: 'An account with the given email already exists.' }
      : { refused: 'UsernameExistsException', message: 'User already exists' };
  }
  const sub = randomUUID();
  const validMs = pool.properties.Policies.PasswordPolicy.TemporaryPasswordValidityDays * 86_400_000;
  const user: User = {
    sub,
    username: naming === 'username' ? sub : request.name,
    attributes: { ...request.attributes, ...(email === undefined ? {} : { email }) },
    status: request.status,
    enabled: true,
    ...(passwordHash === undefined ? {} : { passwordHash }),
    ...(request.status === 'FORCE_CHANGE_PASSWORD' ? { passwordExpiresAt: nowMs + validMs } : {}),
    groups: [],
    createdAt: nowMs,
    modifiedAt: nowMs,
  };
  pool.users.put(user);
  return user;
};

const looksLikeEmail = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

const nameViolation = (naming: UserNaming['emailIs'], name: string): Refusal | undefined => {
  const refusal = (message: string): Refusal => ({ refused: 'InvalidParameterException', message });
  if (naming === 'username')
    return looksLikeEmail.test(name) ? undefined : refusal('Username should be an email.');
  if (!/^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u.test(name)) {
    return refusal('Username should be 1 to 128 characters without spaces.');
  }
  return naming === 'alias' && looksLikeEmail.test(name)
    ? refusal('Username cannot be of email format, since user pool is configured for email alias.')
    : undefined;
};

/** The refusal of a password that the pool's policy does not allow. */
const poolPasswordViolation = (pool: Pool, password: string): Refusal | undefined => {
  const violation = passwordViolation(pool.properties.Policies.PasswordPolicy, password);
  return violation === undefined
    ? undefined
    : {
        refused: 'InvalidPasswordException',
        message: `Password did not conform with policy: ${violation}`,
      };
};

/** Sets a password that the policy allows; `permanent` confirms the user, else it must be changed at sign-in. */
export const setPassword = async (
  pool: Pool,
  user: User,
  password: string,
  permanent: boolean,
  nowMs: number,
): Promise<Refusal | undefined> => {
  const violation = poolPasswordViolation(pool, password);
  if (violation !== undefined) return violation;
  const passwordHash = await hashPassword(password);
  const { passwordExpiresAt: _, ...rest } = pool.users.bySub(user.sub) ?? user;
  const validMs = pool.properties.Policies.PasswordPolicy.TemporaryPasswordValidityDays * 86_400_000;
  pool.users.put({
    ...rest,
    passwordHash,
    status: permanent ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD',
    ...(permanent ? {} : { passwordExpiresAt: nowMs + validMs }),
    modifiedAt: nowMs,
  });
  return undefined;
};

const confirmationLifetimeMs = 24 * 3_600_000;

/** Makes the six digits that a mail would carry; here the page carries them, and no log does. */
export const issueConfirmation = (
  { now, log }: { readonly now: () => number; readonly log: LocalLog },
  pool: Pool,
  user: User,
): void => {
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  pool.confirmations.set(user.sub, { code, expiresAt: now() + confirmationLifetimeMs });
  log.info('cognito.confirmation-issued', { sub: user.sub });
};

/** Confirms the user if the code is the one last issued and nobody else has confirmed the same address before. */
export const confirmUser = (
  pool: Pool,
  user: User,
  code: string,
  nowMs: number,
): 'confirmed' | 'wrong code' | 'address taken' => {
  const issued = pool.confirmations.get(user.sub);
  if (issued === undefined || issued.expiresAt <= nowMs || issued.code !== code) return 'wrong code';
  const holder = pool.users.find(user.attributes.email ?? user.username);
  if (holder !== undefined && holder.sub !== user.sub) return 'address taken';
  pool.confirmations.delete(user.sub);
  const verified = pool.properties.AutoVerifiedAttributes.includes('email');
  pool.users.put({
    ...user,
    status: 'CONFIRMED',
    attributes: { ...user.attributes, email_verified: String(verified) },
    modifiedAt: nowMs,
  });
  return 'confirmed';
};

import { z } from 'zod';
import { readTextFile, writeTextFile } from '../durable-file.ts';

const User = z.strictObject({
  sub: z.uuid(),
  username: z.string(),
  /** Without `sub`; `email_verified` is `true` or `false` as text, as Cognito keeps it. */
  attributes: z.record(z.string(), z.string()),
  status: z.enum(['UNCONFIRMED', 'CONFIRMED', 'FORCE_CHANGE_PASSWORD']),
  enabled: z.boolean(),
  passwordHash: z.string().optional(),
  /** Epoch milliseconds; only a temporary password ends. */
  passwordExpiresAt: z.number().optional(),
  groups: z.array(z.string()),
  createdAt: z.number(),
  modifiedAt: z.number(),
  /** Refresh tokens issued before this instant are dead (sign-out everywhere). */
  signedOutAt: z.number().optional(),
});
export type User = z.infer<typeof User>;

const UsersFile = z.strictObject({ v: z.literal(1), users: z.array(User) });

/** The users of one pool. Every change is on disk when the call returns. */
export interface UserStore {
  /** By username, sub or, where the pool allows it, e-mail address. */
  find(name: string): User | undefined;
  bySub(sub: string): User | undefined;
  /** Oldest first. */
  all(): readonly User[];
  put(user: User): void;
  remove(sub: string): void;
}

/** `emailIs`: the address is the name itself, or a second name once it is verified, or just an attribute. */
export type UserNaming = {
  readonly emailIs: 'username' | 'alias' | 'attribute';
  readonly caseSensitive: boolean;
};

/** Users in one private JSON file. Throws when the file is not one of ours: the operator must move it away. */
export const fileUserStore = (file: string, naming: UserNaming): UserStore => {
  const users = readUsers(file);
  const fold = (name: string): string => (naming.caseSensitive ? name : name.toLowerCase());
  const signsIn = (user: User): boolean =>
    naming.emailIs === 'username' ||
    (naming.emailIs === 'alias' && user.attributes.email_verified === 'true');
  const save = (): void =>
    writeTextFile(file, `${JSON.stringify({ v: 1, users: [...users.values()] }, null, 1)}\n`);
  return {
    find: (name) =>
      users.get(name) ??
      [...users.values()].find(
        (user) =>
          fold(user.username) === fold(name) ||
          (signsIn(user) && fold(user.attributes.email ?? '') === fold(name)),
      ),
    bySub: (sub) => users.get(sub),
    all: () => [...users.values()].sort((a, b) => a.createdAt - b.createdAt),
    put: (user) => {
      users.set(user.sub, user);
      save();
    },
    remove: (sub) => {
      users.delete(sub);
      save();
    },
  };
};

const readUsers = (file: string): Map<string, User> => {
  const text = readTextFile(file);
  if (text === undefined) return new Map();
  const parsed = UsersFile.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new Error(`${file} cannot be read as the local user pool: move it away or start with --fresh`);
  }
  return new Map(parsed.data.users.map((user) => [user.sub, user]));
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

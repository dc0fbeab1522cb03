import { isSection, type Section } from './shadow-state.ts';

/** A refused request, in AWS's words (AWS IoT developer guide, "Device Shadow error messages"). */
export class ShadowError extends Error {
  override readonly name = 'ShadowError';
  /** HTTP status, which is also the `code` of the message on `/rejected`. */
  readonly code: 400 | 404 | 409 | 413;
  constructor(code: ShadowError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** What every request may carry. */
export type RequestTokens = {
  readonly clientToken?: string;
  readonly version?: number;
};

/** A checked update. */
export type ShadowUpdate = RequestTokens & {
  readonly state: {
    readonly desired?: Section | null;
    readonly reported?: Section | null;
  };
};

const maxTokenBytes = 64;
/** Levels of nesting inside `desired` or `reported` (AWS IoT Device Shadow quotas). */
const maxLevels = 8;

const parseObject = (payload: Buffer): Section => {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    throw new ShadowError(400, 'Invalid JSON');
  }
  if (!isSection(json)) throw new ShadowError(400, 'Invalid JSON');
  return json;
};

/** The client token of a payload, for the answer to a request that is not valid otherwise. */
export const tokenOf = (payload: Buffer): Pick<RequestTokens, 'clientToken'> => {
  try {
    const { clientToken } = parseObject(payload);
    return typeof clientToken === 'string' ? { clientToken } : {};
  } catch {
    return {};
  }
};

const tokensOf = ({ clientToken, version }: Section): RequestTokens => {
  if (clientToken !== undefined) {
    if (typeof clientToken !== 'string' || Buffer.byteLength(clientToken) > maxTokenBytes)
      throw new ShadowError(400, 'Invalid clientToken');
  }
  if (version !== undefined && version !== null) {
    if (typeof version !== 'number' || !Number.isInteger(version) || version < 0)
      throw new ShadowError(400, 'Invalid version');
  }
  return {
    ...(clientToken === undefined ? {} : { clientToken }),
    ...(typeof version === 'number' ? { version } : {}),
  };
};

/** The tokens of a get or delete, whose payload may be empty. */
export const parseTokens = (payload: Buffer): RequestTokens =>
  payload.length === 0 ? {} : tokensOf(parseObject(payload));

const levelsOf = (value: unknown): number => {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(levelsOf));
};

const hasNullInArray = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.some((element) => element === null || hasNullInArray(element));
  return isSection(value) && Object.values(value).some(hasNullInArray);
};

const sectionOf = (
  state: Section,
  name: 'desired' | 'reported',
  title: string,
): Section | null | undefined => {
  const section = state[name];
  if (section === undefined || section === null) return section;
  if (!isSection(section)) throw new ShadowError(400, `${title} node must be an object`);
  if (levelsOf(section) > maxLevels)
    throw new ShadowError(400, `JSON contains too many levels of nesting; maximum is ${maxLevels}`);
  if (hasNullInArray(section))
    throw new ShadowError(400, 'State contains an invalid node: an array with null');
  return section;
};

/** Checks an update. Throws ShadowError 400 for anything that AWS would not take. */
export const parseUpdate = (payload: Buffer): ShadowUpdate => {
  const request = parseObject(payload);
  const tokens = tokensOf(request);
  const { state } = request;
  if (state === undefined) throw new ShadowError(400, 'Missing required node: state');
  if (!isSection(state)) throw new ShadowError(400, 'State node must be an object');
  const stranger = Object.keys(state).find((key) => key !== 'desired' && key !== 'reported');
  if (stranger !== undefined) throw new ShadowError(400, `State contains an invalid node: '${stranger}'`);
  const desired = sectionOf(state, 'desired', 'Desired');
  const reported = sectionOf(state, 'reported', 'Reported');
  return {
    ...tokens,
    state: {
      ...(desired === undefined ? {} : { desired }),
      ...(reported === undefined ? {} : { reported }),
    },
  };
};

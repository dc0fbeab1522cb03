import { account } from '../account.ts';
import type { Template } from './template.ts';

/** Stands for a value that exists only after a resource is created; used while a deployment is planned. */
export const unknownValue = '\u0000unknown\u0000';

/** Whether a resolved value depends on a resource that does not exist yet. */
export const containsUnknown = (value: unknown): boolean => {
  if (typeof value === 'string') return value.includes(unknownValue);
  if (Array.isArray(value)) return value.some(containsUnknown);
  return typeof value === 'object' && value !== null && Object.values(value).some(containsUnknown);
};

/** Answers for the template's resources: `Ref` and `Fn::GetAtt`. Both throw for what does not exist. */
export type ResourceValues = {
  ref(logicalId: string): string;
  getAtt(logicalId: string, attribute: string): string;
};

export type Resolver = {
  /** The value with every intrinsic function replaced. Throws an Error that names a function it does not know. */
  resolve(value: unknown): unknown;
  /** Whether the named condition of the template holds; true when no name is given. */
  conditionHolds(name: string | undefined): boolean;
};

type Intrinsic = (argument: unknown) => unknown;

const noValue = Symbol('AWS::NoValue');

/** Evaluates CloudFormation's intrinsic functions against one template. */
export const makeResolver = (
  { Parameters, Mappings, Conditions }: Pick<Template, 'Parameters' | 'Mappings' | 'Conditions'>,
  stackName: string,
  resources: ResourceValues,
): Resolver => {
  const pseudoParameters = new Map<string, string | typeof noValue>([
    ['AWS::AccountId', account.id],
    ['AWS::NoValue', noValue],
    ['AWS::Partition', account.partition],
    ['AWS::Region', account.region],
    ['AWS::StackId', `arn:aws:cloudformation:${account.region}:${account.id}:stack/${stackName}/local`],
    ['AWS::StackName', stackName],
    ['AWS::URLSuffix', 'amazonaws.com'],
  ]);

  const ref = (name: string): unknown => {
    const pseudo = pseudoParameters.get(name);
    if (pseudo !== undefined) return pseudo;
    if (name.startsWith('AWS::')) throw new Error(`the pseudo parameter ${name} is not emulated`);
    const parameter = Parameters[name];
    if (parameter === undefined) return resources.ref(name);
    // The value would have to be read from Parameter Store; the CDK's BootstrapVersion is one, and nothing refers to it.
    if (parameter.Type.startsWith('AWS::SSM::'))
      throw new Error(`parameters of type ${parameter.Type} are not emulated`);
    if (parameter.Default === undefined) throw new Error(`the parameter ${name} has no default`);
    return parameter.Default;
  };

  const getAtt = (target: string): string => {
    const dot = target.indexOf('.');
    if (dot < 1) throw new Error(`Fn::GetAtt needs Resource.Attribute, not ${JSON.stringify(target)}`);
    return resources.getAtt(target.slice(0, dot), target.slice(dot + 1));
  };

  const substitute = (argument: unknown): string => {
    const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
    const own = new Map(Object.entries(asObject(variables, 'Fn::Sub')));
    return asString(text, 'Fn::Sub').replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal !== '') return `\${${name}}`;
      const value = own.has(name) ? resolve(own.get(name)) : name.includes('.') ? getAtt(name) : ref(name);
      return asText(value, 'Fn::Sub');
    });
  };

  const select = (argument: unknown): unknown => {
    const [index, list] = asArray(argument, 'Fn::Select');
    const items = asArray(resolve(list), 'Fn::Select');
    const item = items[Number(resolve(index))];
    if (item !== undefined) return item;
    // While planning, a split value has not got its parts yet.
    if (items.some(containsUnknown)) return unknownValue;
    throw new Error(`Fn::Select: there is no item ${String(index)} in a list of ${items.length}`);
  };

  const findInMap = (argument: unknown): unknown => {
    const [map, first, second] = asArray(resolve(argument), 'Fn::FindInMap').map(String);
    const value = Mappings[map ?? '']?.[first ?? '']?.[second ?? ''];
    if (value === undefined) throw new Error(`Fn::FindInMap: there is no ${map}.${first}.${second}`);
    return value;
  };

  const condition = (argument: unknown): boolean => {
    const name = asString(argument, 'Condition');
    if (!(name in Conditions)) throw new Error(`there is no condition ${name}`);
    return resolve(Conditions[name]) === true;
  };

  const join = (argument: unknown): string => {
    const [separator, list] = asArray(argument, 'Fn::Join');
    const items = asArray(resolve(list), 'Fn::Join');
    return items.map((item) => asText(item, 'Fn::Join')).join(asString(separator, 'Fn::Join'));
  };

  const intrinsics = new Map<string, Intrinsic>([
    ['Ref', (name) => ref(asString(name, 'Ref'))],
    [
      'Fn::GetAtt',
      (to) => getAtt(Array.isArray(to) ? to.map(resolve).join('.') : asString(to, 'Fn::GetAtt')),
    ],
    ['Fn::Join', join],
    ['Fn::Sub', substitute],
    ['Fn::Select', select],
    [
      'Fn::Split',
      (argument) => {
        const [separator, text] = asArray(argument, 'Fn::Split');
        return asText(resolve(text), 'Fn::Split').split(asString(separator, 'Fn::Split'));
      },
    ],
    [
      'Fn::If',
      (argument) => {
        const [name, yes, no] = asArray(argument, 'Fn::If');
        return resolveOrNoValue(condition(name) ? yes : no);
      },
    ],
    ['Fn::FindInMap', findInMap],
    [
      'Fn::Equals',
      (argument) => {
        const [left, right] = asArray(resolve(argument), 'Fn::Equals');
        return String(left) === String(right);
      },
    ],
    ['Fn::And', (all) => asArray(all, 'Fn::And').every((one) => resolve(one) === true)],
    ['Fn::Or', (all) => asArray(all, 'Fn::Or').some((one) => resolve(one) === true)],
    ['Fn::Not', (argument) => resolve(asArray(argument, 'Fn::Not')[0]) !== true],
  ]);

  const resolveOrNoValue = (value: unknown): unknown => {
    if (typeof value === 'string' && value.includes('{{resolve:')) {
      throw new Error('dynamic references ({{resolve:…}}) are not emulated');
    }
    if (Array.isArray(value)) return value.map(resolveOrNoValue).filter((item) => item !== noValue);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (only !== undefined && entries.length === 1) {
      const [name, argument] = only;
      const intrinsic = intrinsics.get(name);
      if (intrinsic !== undefined) return intrinsic(argument);
      if (name.startsWith('Fn::')) throw new Error(`the function ${name} is not emulated`);
      // A bare { Condition: name } is a reference inside the Conditions section; in policies Condition holds an object.
      if (name === 'Condition' && typeof argument === 'string') return condition(argument);
    }
    return Object.fromEntries(
      entries.map(([key, inner]) => [key, resolveOrNoValue(inner)]).filter(([, inner]) => inner !== noValue),
    );
  };

  const resolve = (value: unknown): unknown => {
    const resolved = resolveOrNoValue(value);
    return resolved === noValue ? undefined : resolved;
  };

  return {
    resolve,
    conditionHolds: (name) => name === undefined || condition(name),
  };
};

const asArray = (value: unknown, name: string): readonly unknown[] => {
  if (!Array.isArray(value)) throw new Error(`${name} needs a list`);
  return value;
};

const asObject = (value: unknown, name: string): object => {
  if (typeof value !== 'object' || value === null) throw new Error(`${name} needs a map of values`);
  return value;
};

const asString = (value: unknown, name: string): string => {
  if (typeof value !== 'string') throw new Error(`${name} needs a text`);
  return value;
};

/** Numbers and booleans become text, as in CloudFormation; lists and maps do not. */
const asText = (value: unknown, name: string): string => {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return asString(value, name);
};

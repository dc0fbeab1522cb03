import { z } from 'zod';
import { attributesProblem } from './thing-attributes.ts';

/** A value of a template body: text, or one of the intrinsic functions that are emulated. */
type Value =
  | string
  | { readonly Ref: string }
  | { readonly 'Fn::Join': readonly [string, readonly Value[]] }
  | { readonly 'Fn::Sub': string | readonly [string, Readonly<Record<string, Value>>] };

const Value: z.ZodType<Value> = z.lazy(() =>
  z.unknown().transform((value, context): Value => {
    if (typeof value === 'string') return value;
    const name = typeof value === 'object' && value !== null ? Object.keys(value).join(', ') : String(value);
    const known = Intrinsic.safeParse(value);
    if (known.success) return known.data;
    context.addIssue({ code: 'custom', message: `${name} is not emulated in a provisioning template` });
    return z.NEVER;
  }),
);
const Intrinsic = z.union([
  z.strictObject({ Ref: z.string() }),
  z.strictObject({ 'Fn::Join': z.tuple([z.string(), z.array(Value)]) }),
  z.strictObject({
    'Fn::Sub': z.union([z.string(), z.tuple([z.string(), z.record(z.string(), Value)])]),
  }),
]);

const OnConflict = z.enum(['DO_NOTHING', 'REPLACE', 'FAIL', 'MERGE']);
export type OnConflict = z.infer<typeof OnConflict>;
const OnConflictOfOne = OnConflict.exclude(['MERGE']);

const ThingResource = z.strictObject({
  Type: z.literal('AWS::IoT::Thing'),
  Properties: z.strictObject({
    ThingName: Value,
    AttributePayload: z.record(z.string(), Value).default({}),
  }),
  // No thing has a type or group here: of those two only FAIL has an effect.
  OverrideSettings: z
    .strictObject({
      AttributePayload: OnConflict.default('DO_NOTHING'),
      ThingTypeName: OnConflictOfOne.optional(),
      ThingGroups: OnConflict.optional(),
    })
    .default({ AttributePayload: 'DO_NOTHING' }),
});

const CertificateResource = z.strictObject({
  Type: z.literal('AWS::IoT::Certificate'),
  Properties: z.strictObject({ CertificateId: Value, Status: Value.optional() }),
  OverrideSettings: z.strictObject({ Status: OnConflictOfOne.optional() }).optional(),
});

const PolicyResource = z.strictObject({
  Type: z.literal('AWS::IoT::Policy'),
  Properties: z.strictObject({ PolicyName: Value }),
});

const Body = z.strictObject({
  Parameters: z.record(
    z.string(),
    z.strictObject({ Type: z.literal('String'), Default: z.string().optional() }),
  ),
  Resources: z.record(
    z.string(),
    z.discriminatedUnion('Type', [ThingResource, CertificateResource, PolicyResource]),
  ),
  DeviceConfiguration: z.record(z.string(), Value).optional(),
});

/** What a template asks for, for one door's parameters. */
export type ProvisioningPlan = {
  readonly thing:
    | {
        readonly name: string;
        readonly attributes: Readonly<Record<string, string>>;
        readonly onConflict: OnConflict;
      }
    | undefined;
  readonly status: 'ACTIVE' | 'INACTIVE';
  readonly policies: readonly string[];
  readonly deviceConfiguration: Readonly<Record<string, string>>;
};

type PlanResult =
  | { readonly ok: true; readonly plan: ProvisioningPlan }
  | { readonly ok: false; readonly reason: string };

/** A parsed fleet provisioning template body. */
export interface TemplateBody {
  /** `parameters` are the door's with the hook's overrides; `certificateId` is the new certificate's. */
  plan(parameters: Readonly<Record<string, string>>, certificateId: string): PlanResult;
}

/** A template that cannot be resolved for these parameters: the sender's fault, not the template's. */
class Unresolved extends Error {}

type Lookup = (name: string) => string;

const resolve = (value: Value, lookup: Lookup): string => {
  if (typeof value === 'string') return value;
  if ('Ref' in value) return lookup(value.Ref);
  if ('Fn::Join' in value) {
    const [separator, parts] = value['Fn::Join'];
    return parts.map((part) => resolve(part, lookup)).join(separator);
  }
  const sub = value['Fn::Sub'];
  const [text, local] = typeof sub === 'string' ? [sub, {}] : sub;
  return text.replace(/\$\{([^}]+)\}/g, (_, name: string) => {
    const own = Object.hasOwn(local, name) ? local[name] : undefined;
    return own === undefined ? lookup(name) : resolve(own, lookup);
  });
};

const resolveAll = (
  values: Readonly<Record<string, Value>>,
  lookup: Lookup,
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, resolve(value, lookup)]));

/**
 * Parses a template body (JSON text). Throws an Error that names what is not emulated: thing types and groups among it.
 * Without override settings an existing thing is left as it is; AWS does not document its default.
 * Source: AWS IoT developer guide, "Provisioning templates".
 */
export const parseTemplateBody = (text: string): TemplateBody => {
  const parsed = Body.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`The template body is not valid: ${z.prettifyError(parsed.error)}`);
  const { Parameters, Resources, DeviceConfiguration = {} } = parsed.data;
  const resources = Object.values(Resources);
  const thing = resources.find((resource) => resource.Type === 'AWS::IoT::Thing');
  const certificate = resources.find((resource) => resource.Type === 'AWS::IoT::Certificate');
  if (certificate === undefined) throw new Error('The template body has no AWS::IoT::Certificate.');

  const planThing = (lookup: Lookup): ProvisioningPlan['thing'] => {
    if (thing === undefined) return undefined;
    const { ThingName, AttributePayload } = thing.Properties;
    const settings = thing.OverrideSettings;
    const attributes = resolveAll(AttributePayload, lookup);
    const problem = attributesProblem(attributes);
    if (problem !== undefined) throw new Unresolved(problem);
    return {
      name: resolve(ThingName, lookup),
      attributes,
      onConflict: Object.values(settings).includes('FAIL') ? 'FAIL' : settings.AttributePayload,
    };
  };

  return {
    plan(parameters, certificateId) {
      const lookup: Lookup = (name) => {
        if (name === 'AWS::IoT::Certificate::Id') return certificateId;
        const declared = Object.hasOwn(Parameters, name) ? Parameters[name] : undefined;
        const given = Object.hasOwn(parameters, name) ? parameters[name] : declared?.Default;
        if (declared === undefined)
          throw new Unresolved(`the template does not declare the parameter ${name}`);
        if (given === undefined) throw new Unresolved(`the parameter ${name} is missing`);
        return given;
      };
      try {
        for (const name of Object.keys(Parameters)) lookup(name);
        const status = resolve(certificate.Properties.Status ?? 'ACTIVE', lookup).toUpperCase();
        if (status !== 'ACTIVE' && status !== 'INACTIVE') {
          throw new Unresolved(`${status} is not a certificate status`);
        }
        if (resolve(certificate.Properties.CertificateId, lookup) !== certificateId) {
          throw new Unresolved("the template's certificate is not the one just created");
        }
        const policies = resources.flatMap((resource) =>
          resource.Type === 'AWS::IoT::Policy' ? [resolve(resource.Properties.PolicyName, lookup)] : [],
        );
        return {
          ok: true,
          plan: {
            thing: planThing(lookup),
            status,
            policies,
            deviceConfiguration: resolveAll(DeviceConfiguration, lookup),
          },
        };
      } catch (error) {
        if (error instanceof Unresolved) return { ok: false, reason: error.message };
        throw error;
      }
    },
  };
};

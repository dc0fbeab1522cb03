/** Of a thing without a type, and there are no types here (AWS General Reference, "AWS IoT Core thing resource limits"). */
const maxAttributes = 3;
const maxNameCharacters = 128;
const maxValueCharacters = 800;

/** Why AWS would not let a thing have these attributes; undefined when it would (AWS IoT API reference, "AttributePayload"). */
export const attributesProblem = (attributes: Readonly<Record<string, string>>): string | undefined => {
  if (Object.keys(attributes).length > maxAttributes)
    return `a thing without a type has at most ${maxAttributes} attributes`;
  for (const [name, value] of Object.entries(attributes)) {
    if (!/^[a-zA-Z0-9_.,@/:#-]+$/.test(name) || name.length > maxNameCharacters)
      return `${name} is no valid name of an attribute`;
    if (!/^[a-zA-Z0-9_.,@/:#-]*$/.test(value) || value.length > maxValueCharacters)
      return `the value of the attribute ${name} is not valid: letters, digits and _.,@/:#- only`;
  }
  return undefined;
};

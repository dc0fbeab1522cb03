/** A value of rule SQL; `undefined` is SQL's own Undefined: what a missing attribute is. */
export type SqlValue =
  | string
  | number
  | boolean
  | null
  | SqlValue[]
  | { [key: string]: SqlValue }
  | undefined;

type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=';
type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';
export type BinaryOperator = ComparisonOperator | ArithmeticOperator | 'and' | 'or';

export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  /** `*`: the whole payload, as a column or as what `encode` encodes. */
  | { readonly kind: 'payload' }
  /** A top-level attribute of a JSON payload. */
  | { readonly kind: 'attribute'; readonly name: string }
  | { readonly kind: 'member'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'call'; readonly function: string; readonly arguments: readonly Expression[] }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'negate'; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'case';
      readonly subject: Expression | undefined;
      readonly branches: readonly { readonly when: Expression; readonly result: Expression }[];
      readonly otherwise: Expression | undefined;
    };

/** One item of the SELECT list. A lone `*` has no name: its attributes keep theirs. */
export type Column = { readonly expression: Expression; readonly name: string | undefined };

export type Query = {
  readonly columns: readonly Column[];
  /** Topic filter; absent for a rule that only Basic Ingest reaches. */
  readonly from: string | undefined;
  readonly where: Expression | undefined;
};

/** Every expression inside an expression, itself first. */
export const walk = (expression: Expression): readonly Expression[] => [
  expression,
  ...children(expression).flatMap(walk),
];

const children = (expression: Expression): readonly Expression[] => {
  switch (expression.kind) {
    case 'literal':
    case 'payload':
    case 'attribute':
      return [];
    case 'member':
      return [expression.of];
    case 'call':
      return expression.arguments;
    case 'not':
    case 'negate':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    case 'case':
      return [
        expression.subject,
        ...expression.branches.flatMap((b) => [b.when, b.result]),
        expression.otherwise,
      ].filter((child) => child !== undefined);
  }
};

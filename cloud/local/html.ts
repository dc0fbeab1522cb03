/** Text that is already HTML; anything else is escaped when it enters a template. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Builds HTML; every value that is not itself `Html` is escaped, `undefined` and `false` leave nothing. */
export const html = (
  parts: TemplateStringsArray,
  ...values: readonly (Html | string | number | undefined | false)[]
): Html =>
  new Html(
    parts.reduce((text, part, index) => {
      const value = values[index - 1];
      const inserted =
        value instanceof Html
          ? value.text
          : value === undefined || value === false
            ? ''
            : String(value).replace(/[&<>"']/g, (character) => escapes[character] ?? '');
      return text + inserted + part;
    }),
  );

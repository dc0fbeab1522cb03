type XmlContent = string | number | boolean | readonly Element[];
export type Element = readonly [name: string, content: XmlContent];

/** One element with text or child elements, escaped. */
const element = ([name, content]: Element): string =>
  `<${name}>${Array.isArray(content) ? content.map(element).join('') : escapeText(String(content))}</${name}>`;

/** A whole document in S3's namespace. */
export const xmlDocument = (root: string, children: readonly Element[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` +
  `${children.map(element).join('')}</${root}>`;

const escapeText = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The texts of all elements of one name, for request bodies that are flat lists. */
export const textsOf = (document: string, name: string): string[] =>
  [...document.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text = '']) =>
    text.replace(/&(#x[0-9a-fA-F]+|#\d+|\w+);/g, (whole, entity: string) => {
      if (!entity.startsWith('#')) return entities[entity] ?? whole;
      return String.fromCodePoint(
        entity.startsWith('#x') ? Number.parseInt(entity.slice(2), 16) : Number(entity.slice(1)),
      );
    }),
  );

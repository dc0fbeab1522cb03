import { existsSync } from 'node:fs';
import path from 'node:path';

export type SourceFile = { readonly path: string; readonly text: string };

const maxLines = 300;

/** Source files longer than the limit: split by idea, not by size. */
export const longFiles = (files: readonly SourceFile[]): string[] =>
  files
    .filter((file) => /\.(tsx?|css|mjs|cjs)$/.test(file.path) && !file.path.endsWith('.d.ts'))
    .map((file) => ({ ...file, lines: file.text.split('\n').length - 1 }))
    .filter((file) => file.lines > maxLines)
    .map((file) => `${file.path}: ${file.lines} lines, at most ${maxLines} are allowed`);

/** Relative links in Markdown whose target does not exist below `root`. */
export function deadLinks(files: readonly SourceFile[], root: string): string[] {
  return files
    .filter((file) => file.path.endsWith('.md'))
    .flatMap((file) =>
      [...file.text.matchAll(/\]\(([^)\s]+)\)/g)]
        .map((match) => match[1] ?? '')
        .filter((target) => !/^(https?:|mailto:|#)/.test(target))
        .filter((target) => !existsSync(path.join(root, path.dirname(file.path), target.split('#')[0] ?? '')))
        .map((target) => `${file.path}: dead link to ${target}`),
    );
}

/** npm scripts that a document names but package.json lacks. */
export function unknownScripts(files: readonly SourceFile[], scripts: readonly string[]): string[] {
  return files
    .filter((file) => file.path.endsWith('.md'))
    .flatMap((file) =>
      [...file.text.matchAll(/npm run (?:-s )?([\w:-]+)/g)]
        .map((match) => match[1] ?? '')
        .filter((name) => !scripts.includes(name))
        .map((name) => `${file.path}: npm run ${name} does not exist`),
    );
}

/** npm scripts that the README leaves out. */
export function undocumentedScripts(readme: string, scripts: readonly string[]): string[] {
  const named = new Set([...readme.matchAll(/npm (?:run (?:-s )?)?([\w:-]+)/g)].map((match) => match[1]));
  return scripts
    .filter((name) => !/^(pre|post)/.test(name) && !named.has(name))
    .map((name) => `README.md: says nothing about npm run ${name}`);
}

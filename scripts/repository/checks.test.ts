import { describe, expect, it } from 'vitest';
import { deadLinks, longFiles, undocumentedScripts, unknownScripts } from './checks.ts';

const root = new URL('../..', import.meta.url).pathname;

describe('the repository check', () => {
  it('names a source file of more than 300 lines, and lets one of 300 pass', () => {
    expect(longFiles([{ path: 'device/a.ts', text: 'x\n'.repeat(301) }])).toHaveLength(1);
    expect(longFiles([{ path: 'device/a.ts', text: 'x\n'.repeat(300) }])).toEqual([]);
  });

  it('names a link to a file that is not there, and follows links from the document’s own folder', () => {
    const link = (target: string) => [{ path: 'scripts/README.md', text: `see [it](${target})` }];
    expect(deadLinks(link('gone.md'), root)).toEqual(['scripts/README.md: dead link to gone.md']);
    expect(deadLinks(link('../README.md#privacy'), root)).toEqual([]);
    expect(deadLinks(link('https://example.com/gone'), root)).toEqual([]);
  });

  it('names scripts that documents invent and scripts that the README forgets', () => {
    const readme = 'type `npm test` or `npm run check`, never `npm run dance`';
    expect(unknownScripts([{ path: 'README.md', text: readme }], ['test', 'check'])).toEqual([
      'README.md: npm run dance does not exist',
    ]);
    expect(undocumentedScripts(readme, ['pretest', 'test', 'check', 'bench'])).toEqual([
      'README.md: says nothing about npm run bench',
    ]);
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { readAssembly } from './assembly.ts';

let dir = '';

const write = (file: string, content: unknown): void =>
  writeFileSync(path.join(dir, file), typeof content === 'string' ? content : JSON.stringify(content));

const stack = { type: 'aws:cloudformation:stack', properties: { templateFile: 'demo.template.json' } };

beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'assembly-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  mkdirSync(path.join(dir, 'asset.abc'));
  write('manifest.json', {
    artifacts: {
      'demo.assets': { type: 'cdk:asset-manifest', properties: { file: 'demo.assets.json' } },
      demo: stack,
    },
  });
  write('demo.assets.json', {
    files: { abc: { source: { path: 'asset.abc' }, destinations: { here: { objectKey: 'abc.zip' } } } },
  });
  write('demo.template.json', { Resources: { A: { Type: 'Test::Thing' } } });
});

describe('readAssembly', () => {
  it('reads the stack and finds assets by their object key', () => {
    const assembly = readAssembly(dir);
    expect(assembly.stackName).toBe('demo');
    expect(Object.keys(assembly.template.Resources)).toEqual(['A']);
    expect(assembly.assetPath('abc.zip')).toBe(path.join(dir, 'asset.abc'));
    expect(assembly.assetPath('other.zip')).toBeUndefined();
  });

  it.each(['manifest.json', 'demo.template.json', 'demo.assets.json', 'asset.abc'])(
    'says how to mend a missing %s',
    (file) => {
      rmSync(path.join(dir, file), { recursive: true });
      expect(() => readAssembly(dir)).toThrow(
        new RegExp(`${file.replace('.', '\\.')} is missing.*npm run synth`),
      );
    },
  );

  it('says how to mend a damaged template', () => {
    write('demo.template.json', '{"Resources": {');
    expect(() => readAssembly(dir)).toThrow(/demo\.template\.json is not valid JSON.*npm run synth/);
  });

  it('names a section that it does not know', () => {
    write('demo.template.json', { Resources: {}, Transform: 'AWS::Serverless-2016-10-31' });
    expect(() => readAssembly(dir)).toThrow(/Transform/);
  });

  it('refuses an assembly with several stacks', () => {
    write('manifest.json', { artifacts: { one: stack, two: stack } });
    expect(() => readAssembly(dir)).toThrow(/holds 2 stacks/);
  });
});

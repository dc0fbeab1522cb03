import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { SightingPage } from '#contract/api.ts';
import { assemblyDir } from '../../../scripts/assembly.ts';
import { type Installation, startInstallation } from './installation.ts';
import { allowDoor, connectDoor, provisionDoor, sightingOf } from './test-door.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'rollcall-grant-'));
let installation: Installation | undefined;
afterEach(() => installation?.stop());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Template = {
  Resources: Record<
    string,
    { Type: string; Properties: { PolicyDocument: { Statement: { Action: string | string[] }[] } } }
  >;
};

/** A copy of the assembly whose policies lack one action. Throws when no policy had it. */
function withoutGrant(action: string): string {
  const copy = path.join(folder, action.replace(':', '-'));
  cpSync(assemblyDir, copy, { recursive: true });
  const file = path.join(copy, readdirSync(copy).find((name) => name.endsWith('.template.json')) ?? '');
  const template = JSON.parse(readFileSync(file, 'utf8')) as Template;
  let removed = 0;
  for (const { Properties } of Object.values(template.Resources).filter(
    ({ Type }) => Type === 'AWS::IAM::Policy',
  )) {
    const document = Properties.PolicyDocument;
    const before = JSON.stringify(document);
    document.Statement = document.Statement.map((statement) => ({
      ...statement,
      Action: [statement.Action].flat().filter((granted) => granted !== action),
    })).filter((statement) => statement.Action.length > 0);
    removed += JSON.stringify(document).length < before.length ? 1 : 0;
  }
  if (removed === 0) throw new Error(`no policy of the template grants ${action}`);
  writeFileSync(file, JSON.stringify(template));
  return copy;
}

describe('a function whose grant was taken out of the template', () => {
  it('fails with AccessDenied: ingest without rekognition:SearchFacesByImage', async () => {
    installation = await startInstallation(withoutGrant('rekognition:SearchFacesByImage'));
    const code = await allowDoor(await installation.as('facilities'), 'grant-1');
    const door = await connectDoor(installation, await provisionDoor(installation, 'grant-1', code));
    try {
      await door.publish(await door.keep(await sightingOf('s1-1')));
      const denied = await vi.waitUntil(() => installation?.cloud.denied()[0], {
        timeout: 20_000,
        interval: 50,
      });
      expect(denied).toMatchObject({ action: 'rekognition:SearchFacesByImage' });
      expect(SightingPage.parse(await installation.hr('GET', '/sightings')).items).toEqual([]);
    } finally {
      await door.stop();
    }
  });

  it('fails with AccessDenied: the API without dynamodb:Query answers 500 and nothing else', async () => {
    installation = await startInstallation(withoutGrant('dynamodb:Query'));
    await expect(installation.hr('GET', '/sightings')).rejects.toThrow(/answered 500/);
    expect(installation.cloud.denied()).toContainEqual(expect.objectContaining({ action: 'dynamodb:Query' }));
  });
});

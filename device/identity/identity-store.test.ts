import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { golden } from '#contract/golden.ts';
import { DeviceConfiguration } from '#contract/provisioning.ts';
import { nodeDisk } from '../outbox/disk.ts';
import { createCsr, createPrivateKeyPem } from './csr.ts';
import { makeIdentityStore } from './identity-store.ts';
import { makeTestAuthority } from './test-authority.ts';

let state: string;
const folder = () => path.join(state, 'identity');
const file = (name: string) => path.join(folder(), name);
const store = () => makeIdentityStore({ folder: folder(), disk: nodeDisk });
const modeOf = async (name: string) => (await stat(name)).mode & 0o777;

/** Provisions the store with a certificate for `key`. */
const save = async (key: string) => {
  const certificatePem = await (await makeTestAuthority()).issueFromCsr(await createCsr(key, 'demo-1'));
  const configuration = DeviceConfiguration.parse(golden('device-configuration'));
  await store().save({ thingName: 'rollcall-dev-demo-1', certificatePem, configuration });
};

beforeEach(async () => {
  state = await mkdtemp(path.join(tmpdir(), 'rollcall-identity-'));
});
afterEach(() => rm(state, { recursive: true }));

describe('the identity on disk', () => {
  it('is for its owner alone', async () => {
    await save(await store().privateKey());
    expect(await modeOf(folder())).toBe(0o700);
    expect((await readdir(folder())).sort()).toEqual(['certificate.pem', 'identity.json', 'private-key.pem']);
    for (const name of await readdir(folder())) expect(await modeOf(file(name))).toBe(0o600);
  });

  it.each([0o640, 0o604, 0o666])('is refused when its key has mode %o', async (mode) => {
    await save(await store().privateKey());
    await chmod(file('private-key.pem'), mode);
    await expect(store().load()).rejects.toMatchObject({ code: 'loose_permissions', retryable: false });
    await expect(store().privateKey()).rejects.toThrow(`chmod 600 ${file('private-key.pem')}`);
  });

  it.each([0o750, 0o705])('is refused when its folder has mode %o', async (mode) => {
    await store().privateKey();
    await chmod(folder(), mode);
    await expect(store().load()).rejects.toThrow(`chmod 700 ${folder()}`);
  });

  it('keeps the key it has', async () => {
    expect(await store().privateKey()).toBe(await store().privateKey());
  });

  it('is none before provisioning, whatever else is there', async () => {
    await save(await store().privateKey());
    await rm(file('identity.json'));
    expect(await store().load()).toBeUndefined();
  });

  it('is refused when the certificate is for another key', async () => {
    await store().privateKey();
    await save(createPrivateKeyPem());
    await expect(store().load()).rejects.toMatchObject({ code: 'damaged' });
  });

  it('is refused when a file is damaged, without repeating what is in it', async () => {
    const key = await store().privateKey();
    await save(key);
    await writeFile(file('identity.json'), (await readFile(file('identity.json'))).subarray(0, 40));
    const error = await store()
      .load()
      .catch((refused: Error) => refused);
    expect(error).toMatchObject({ code: 'damaged', retryable: false });
    expect(String(error)).not.toContain('rollcall-dev-demo-1');
  });
});

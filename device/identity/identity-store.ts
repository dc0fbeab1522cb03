import { createPrivateKey, X509Certificate } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { DeviceConfiguration } from '#contract/provisioning.ts';
import type { Disk } from '../outbox/disk.ts';
import { writeDurably } from '../outbox/durable-file.ts';
import { createPrivateKeyPem } from './csr.ts';
import { IdentityError } from './identity-error.ts';

// What must stay true:
//  - The key is durable before anybody is told its public half, and is never replaced while it is there.
//  - identity.json is written last: while it is missing the door is not provisioned, whatever else is there.
//  - Only the owner can read the folder and the key.

/** Who this door is, as provisioning left it. */
export type Identity = {
  readonly thingName: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  readonly configuration: DeviceConfiguration;
};

const IdentityFile = z.strictObject({
  v: z.literal(1),
  thingName: z.string().min(1),
  configuration: DeviceConfiguration,
});

export interface IdentityStore {
  /** The identity; `undefined` before provisioning is complete. Throws an IdentityError when it is loose or damaged. */
  load(): Promise<Identity | undefined>;
  /** The door's private key (PEM), made and made durable on first use. */
  privateKey(): Promise<string>;
  /** Completes provisioning: resolves when the identity would survive a power cut. */
  save(identity: Omit<Identity, 'privateKeyPem'>): Promise<void>;
}

/** Makes the store of the door's identity in `folder`. */
export const makeIdentityStore = ({
  folder,
  disk,
}: {
  readonly folder: string;
  readonly disk: Disk;
}): IdentityStore => {
  const file = (name: string) => path.join(folder, name);
  const keyFile = file('private-key.pem');

  const write = (name: string, text: string) =>
    writeDurably(disk, {
      temporary: file(`${name}.tmp`),
      final: file(name),
      bytes: Buffer.from(text),
      mode: 0o600,
    });

  const open = async (): Promise<readonly string[]> => {
    await disk.makeFolder(folder, 0o700);
    await disk.syncFolder(path.dirname(folder));
    const names = await disk.list(folder);
    await refuseLoose(disk, folder, '700');
    if (names.includes('private-key.pem')) await refuseLoose(disk, keyFile, '600');
    return names;
  };

  const privateKey = async () => {
    if (!(await open()).includes('private-key.pem')) await write('private-key.pem', createPrivateKeyPem());
    return (await disk.read(keyFile)).toString();
  };

  const load = async () => {
    const names = await open();
    if (!names.includes('identity.json')) return undefined;
    try {
      const { thingName, configuration } = IdentityFile.parse(
        JSON.parse((await disk.read(file('identity.json'))).toString()),
      );
      const certificatePem = (await disk.read(file('certificate.pem'))).toString();
      const privateKeyPem = (await disk.read(keyFile)).toString();
      if (!new X509Certificate(certificatePem).checkPrivateKey(createPrivateKey(privateKeyPem))) {
        throw new Error('the certificate is not for the key');
      }
      return { thingName, certificatePem, privateKeyPem, configuration };
    } catch (cause) {
      throw new IdentityError(
        'damaged',
        false,
        `the identity in ${folder} is damaged: delete that folder, have facilities allow this serial again, and start the door`,
        cause,
      );
    }
  };

  return {
    load,
    privateKey,
    save: async ({ thingName, certificatePem, configuration }) => {
      await write('certificate.pem', certificatePem);
      const content: z.infer<typeof IdentityFile> = { v: 1, thingName, configuration };
      await write('identity.json', `${JSON.stringify(content, null, 2)}\n`);
    },
  };
};

const refuseLoose = async (disk: Disk, target: string, wanted: '600' | '700'): Promise<void> => {
  const { mode } = await disk.stat(target);
  if ((mode & 0o077) === 0) return;
  throw new IdentityError(
    'loose_permissions',
    false,
    `others on this machine can read ${target} (mode ${mode.toString(8)}): chmod ${wanted} ${target}; ` +
      'if they may have read the key, delete the folder and provision again',
  );
};

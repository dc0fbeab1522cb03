import path from 'node:path';
import { readTextFile, writeTextFile } from '../durable-file.ts';
import { type Authority, certificateId } from './pki.ts';
import type { Registry } from './registry.ts';

/** Where a claim certificate and its key lie, for a door's configuration. */
export type ClaimFiles = { readonly certFile: string; readonly keyFile: string };

export const claimFiles = (folder: string): ClaimFiles => ({
  certFile: path.join(folder, 'claim.pem.crt'),
  keyFile: path.join(folder, 'claim.private.pem.key'),
});

/** Writes the claim certificate of `folder`, or keeps the one there if it is still active, and attaches the policy. */
export const ensureClaim = async (
  { authority, registry }: { readonly authority: Authority; readonly registry: Registry },
  folder: string,
  policy: string,
): Promise<ClaimFiles> => {
  const files = claimFiles(folder);
  const kept = readTextFile(files.certFile);
  const keptId = kept === undefined ? undefined : certificateId(kept);
  if (keptId !== undefined && registry.certificate(keptId)?.status === 'ACTIVE') {
    registry.attachPolicy(keptId, policy);
    return files;
  }
  const { certificatePem, privateKeyPem } = await authority.issueClient('Rollcall claim');
  writeTextFile(files.keyFile, privateKeyPem);
  writeTextFile(files.certFile, certificatePem, 0o644);
  registry.attachPolicy(registry.addCertificate(certificatePem, 'ACTIVE').id, policy);
  return files;
};

import { describe, expect, it } from 'vitest';
import type { OnConflict } from './provisioning-template.ts';
import { mergeThing } from './thing-merge.ts';

const existing = { name: 'door', attributes: { x: '1', y: '1' } };
const wanted = (onConflict: OnConflict) => ({ name: 'door', attributes: { y: '2' }, onConflict });

describe('a thing that exists already', () => {
  it.each<[OnConflict, object]>([
    ['DO_NOTHING', existing],
    ['REPLACE', { name: 'door', attributes: { y: '2' } }],
    ['MERGE', { name: 'door', attributes: { x: '1', y: '2' } }],
  ])('is settled by %s', (setting, thing) => {
    expect(mergeThing(existing, wanted(setting))).toEqual({ ok: true, thing });
  });

  it('is a conflict by FAIL, and only then', () => {
    expect(mergeThing(existing, wanted('FAIL'))).toEqual({ ok: false });
    expect(mergeThing(undefined, wanted('FAIL'))).toMatchObject({ ok: true });
  });
});

import { describe, expect, it } from 'vitest';
import { secretByName, secretInText } from './secrets.ts';

describe('secrets are known', () => {
  it.each([
    '.env',
    'config/.env.production',
    'server.pem',
    'deploy/id_ed25519',
    '.ssh/known_hosts',
    'my-credentials.json',
    'InnerEyePrivateSettings.yml',
    'api_token.txt',
  ])('by the name %s', path => {
    expect(secretByName(path)).toBeDefined();
  });

  it.each(['model.innereye.yaml', 'src/keypoints.ts', 'tokenizer.ts', 'environment.yml', 'monkey.nii.gz'])(
    'and %s is none',
    path => {
      expect(secretByName(path)).toBeUndefined();
    },
  );

  // Put together here, so that this file holds none itself.
  it.each([
    ['a private key', `x\n-----BEGIN ${'RSA PRIVATE'} KEY-----`, 2],
    ['the key of a storage account', `${'Account'}Key=${'Ab1/'.repeat(21)}==`, 1],
    ['a shared access signature', `https://a.blob.x/c?sv=1&${'sig'}=${'aB3%2F'.repeat(8)}`, 1],
    ['a token of GitHub', `a\nb\n${'ghp'}_${'a1B2'.repeat(9)}`, 3],
    ['a password or key', `${'pass'}word: "Tr0ub4dor&3xyz"`, 1],
    ['a password or key', `\nAZURE_CLIENT_${'SEC'}RET=Tr0ub4dor&3xyz`, 2],
    ['a password or key', `WANDB_${'API'}_KEY=0123456789abcdef`, 1],
    ['a password or key', `AWS_SECRET_ACCESS_${'KEY'}=abcdefghijklmnop`, 1],
    ['a password or key', `DB_${'PASS'}WORD: Tr0ub4dor&3xyz`, 1],
    ['a token', `HF_${'TOK'}EN=aB3456789012345678`, 1],
    ['a password in an address', `https://user:${'Tr0ub'}4dor@host/path`, 1],
  ])('by their looks: %s', (what, text, line) => {
    expect(secretInText(text)).toEqual({ what, line });
  });

  it('and settings are none', () => {
    expect(secretInText('token = tokenizer.encode(text)\nhttps://host:8080/a@b')).toBeUndefined();
    expect(secretInText('optimizer: {name: adam, learning_rate: 1e-3}\ntags: {key: value}')).toBeUndefined();
  });
});

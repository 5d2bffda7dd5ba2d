import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configuredDatabases, configuredTemporal, withoutTemporalSettings } from '../../src/embedded/servers';
import { scratchFolder } from './scratch-folder';

describe('servers of the operator', () => {
  const folder = scratchFolder();
  const profile = (text: string): NodeJS.ProcessEnv => {
    const file = join(folder(), 'temporal.toml');
    writeFileSync(file, text);
    return { TEMPORAL_CONFIG_FILE: file };
  };

  it('are none when nothing is set', () => {
    expect(configuredDatabases({ DATABASE_URL: '' })).toBeUndefined();
    expect(configuredTemporal(profile('[profile.default]\nnamespace = "mfa"\n'))).toBeUndefined();
  });

  it('have the keys beside the main database unless said otherwise', () => {
    const databaseUrl = 'postgres://u:p@h:1/mfa?sslmode=require';
    expect(configuredDatabases({ DATABASE_URL: databaseUrl })).toEqual({
      databaseUrl,
      keysDatabaseUrl: 'postgres://u:p@h:1/mfa_keys?sslmode=require',
    });
    const keysDatabaseUrl = 'postgres://u:p@elsewhere/keys';
    expect(configuredDatabases({ DATABASE_URL: databaseUrl, KEYS_DATABASE_URL: keysDatabaseUrl })).toEqual({
      databaseUrl,
      keysDatabaseUrl,
    });
  });

  it.each(['not a url', 'postgres://u:secret@h'])(
    'are refused when the URL names no database, without repeating it: %s',
    (url) => {
      expect(() => configuredDatabases({ DATABASE_URL: url })).toThrow(
        expect.objectContaining({ code: 'option_invalid', message: expect.not.stringContaining('secret') }),
      );
    },
  );

  it('may be named by TEMPORAL_ADDRESS or by a Temporal profile', () => {
    const env = profile('[profile.default]\naddress = "temporal.example:7233"\nnamespace = "mfa"\n');
    expect(configuredTemporal(env)).toEqual({ address: 'temporal.example:7233', namespace: 'mfa' });
    expect(configuredTemporal({ ...env, TEMPORAL_ADDRESS: 'other:7233' })).toEqual({
      address: 'other:7233',
      namespace: 'mfa',
    });
  });

  it('lend no credentials to the dev server', () => {
    expect(
      withoutTemporalSettings({ TEMPORAL_API_KEY: 'secret', TEMPORAL_TLS: 'true', PATH: '/bin' }),
    ).toEqual({ PATH: '/bin' });
  });
});

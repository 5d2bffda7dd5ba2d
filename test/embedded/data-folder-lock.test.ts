import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockDataFolder } from '../../src/embedded/data-folder-lock';
import { identifyProcess } from '../../src/embedded/process-identity';
import { recordProcess } from '../../src/embedded/process-record';
import { scratchFolder } from './scratch-folder';

describe('the lock of a data folder', () => {
  const folder = scratchFolder();
  const file = (): string => join(folder(), 'supervisor.lock');

  it('is held by one process, is private, and leaves nothing behind', async () => {
    const lock = await lockDataFolder(file(), 0);
    expect(lock.takenOver).toBe(false);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    lock.release();
    expect(readdirSync(folder())).toEqual([]);
  });

  it('is refused while its holder runs, with a sentence that names the holder', async () => {
    const lock = await lockDataFolder(file(), 0);
    await expect(lockDataFolder(file(), 0)).rejects.toMatchObject({
      code: 'data_folder_in_use',
      message: expect.stringContaining(`process ${process.pid}`),
    });
    lock.release();
  });

  it('is taken over from a process that was killed', async () => {
    const holder = spawn('sleep', ['60']);
    recordProcess(file(), holder.pid!);
    await expect(lockDataFolder(file(), 0)).rejects.toMatchObject({ code: 'data_folder_in_use' });
    const gone = new Promise((resolve) => holder.once('exit', resolve));
    holder.kill('SIGKILL');
    await gone;
    const lock = await lockDataFolder(file(), 0);
    expect(lock.takenOver).toBe(true);
    lock.release();
  });

  it('is taken over when its pid now belongs to another process', async () => {
    writeFileSync(file(), JSON.stringify({ ...identifyProcess(process.pid), startedAt: 'earlier' }));
    const lock = await lockDataFolder(file(), 0);
    expect(lock.takenOver).toBe(true);
    lock.release();
  });

  it.each(['', '{', '{"pid":"1"}', 'null'])('is taken over when its file is broken: %j', async (content) => {
    writeFileSync(file(), content);
    (await lockDataFolder(file(), 0)).release();
    expect(existsSync(file())).toBe(false);
  });

  it('waits for a holder that is just stopping', async () => {
    const holder = spawn('sleep', ['0.3']);
    recordProcess(file(), holder.pid!);
    const lock = await lockDataFolder(file(), 10_000);
    expect(lock.takenOver).toBe(true);
    lock.release();
  });
});

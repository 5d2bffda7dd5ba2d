import { readZipMember } from '../../src/embedded/zip-member';
import { zipOf } from './zip-of';

describe('a member of a zip archive', () => {
  const files = {
    'a/first.txt': Buffer.from('first'),
    'ä.bin': Buffer.alloc(100_000, 7),
    empty: Buffer.alloc(0),
  };

  it.each(['deflated', 'stored'] as const)('is read as it was put in (%s)', (method) => {
    const archive = zipOf(files, method);
    for (const [name, content] of Object.entries(files))
      expect(readZipMember(archive, name)).toEqual(content);
  });

  it('is found behind the comment of an archive', () => {
    const archive = Buffer.concat([zipOf(files), Buffer.from('a comment')]);
    expect(readZipMember(archive, 'a/first.txt').toString()).toBe('first');
  });

  it.each([
    ['an unknown name', zipOf(files), 'missing'],
    ['no archive at all', Buffer.from('this is a page that says 404'), 'a/first.txt'],
    ['nothing', Buffer.alloc(0), 'a/first.txt'],
    ['an archive without its beginning', zipOf(files).subarray(40), 'a/first.txt'],
  ])('is refused for %s', (_case, archive, name) => {
    expect(() => readZipMember(archive, name)).toThrow(expect.objectContaining({ code: 'wheel_unreadable' }));
  });
});

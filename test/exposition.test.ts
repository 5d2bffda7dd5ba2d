import { parseExposition, valueOf } from './exposition';

const histogram = (buckets: string) => `# TYPE h histogram\n${buckets}`;

describe('the reader of the exposition format', () => {
  it('reads what Prometheus reads', () => {
    const families = parseExposition(
      '# HELP a What it is.\n# TYPE a counter\na{x="1",y="q\\"\\\\\\n"} 3\na{x="2"} 4e-1\n# TYPE b gauge\nb NaN\n',
    );
    expect(families.get('a')?.samples[0]).toEqual({ name: 'a', labels: { x: '1', y: 'q"\\\n' }, value: 3 });
    expect([valueOf(families, 'a'), valueOf(families, 'a', { x: '2' })]).toEqual([3.4, 0.4]);
    parseExposition(histogram('h_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2\nh_sum 3\nh_count 2\n'));
  });

  it.each([
    ['no end of the last line', '# TYPE a counter\na 1'],
    ['a sample that is not declared', 'a 1\n'],
    ['a family declared twice', '# TYPE a counter\na 1\n# TYPE a counter\na{x="1"} 1\n'],
    ['a series twice', '# TYPE a counter\na 1\na 1\n'],
    ['samples apart from their family', '# TYPE a counter\na 1\n# TYPE b counter\nb 1\na{x="1"} 1\n'],
    ['a type that is none', '# TYPE a thing\n'],
    ['no number', '# TYPE a counter\na x\n'],
    ['a label twice', '# TYPE a counter\na{x="1",x="2"} 1\n'],
    ['a label that is not escaped', '# TYPE a counter\na{x="1"2"} 1\n'],
    ['a histogram without its end', histogram('h_bucket{le="1"} 1\nh_sum 1\nh_count 1\n')],
    [
      'a histogram that goes down',
      histogram('h_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n'),
    ],
    ['a histogram of another count', histogram('h_bucket{le="+Inf"} 1\nh_sum 1\nh_count 2\n')],
  ])('takes no text with %s', (_, text) => {
    expect(() => parseExposition(text)).toThrow();
  });
});

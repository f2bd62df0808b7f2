// Every lab keeps its own settings while another one is shown.
import { describe, expect, it } from 'vitest';
import { defaultValues } from '../../src/params/schema.ts';
import { Settings } from '../../src/state/settings.svelte.ts';

const opened = () => new Settings({ ...defaultValues('en'), heads: 2, left: 5, backend: 'cpu' });

describe('the settings of several labs', () => {
  it('are each lab’s own: another lab opens with its defaults, and the first is found as it was left', () => {
    const settings = opened();
    settings.open('speedups');
    expect(settings.values).toMatchObject({ lab: 'speedups', heads: 4, left: Infinity });
    settings.change('heads', 8);
    settings.open('attention');
    expect(settings.values).toMatchObject({ lab: 'attention', heads: 2, left: 5 });
    settings.open('speedups');
    expect(settings.values.heads).toBe(8);
    expect(settings.labs).toEqual(['attention', 'speedups']);
  });

  it('share how the page looks and what computes', () => {
    const settings = opened();
    settings.open('speedups');
    settings.apply({ theme: 'dark', lang: 'zh-Hans', backend: 'webgpu' }, 'user');
    settings.open('attention');
    expect(settings.values).toMatchObject({ theme: 'dark', lang: 'zh-Hans', backend: 'webgpu', left: 5 });
  });

  it('rest while the lab is not shown, whoever changes the one that is', () => {
    const settings = opened();
    const before = settings.values;
    settings.apply({ lab: 'speedups', heads: 16 }, 'api');
    expect(settings.valuesOf('attention')).toBe(before);
    expect(settings.valuesOf('speedups')).toBe(settings.values);
  });

  it('open the attention lab, when nobody has set it, as a bare address does', () => {
    const settings = new Settings({ ...defaultValues('en'), lab: 'speedups' });
    settings.open('attention');
    expect(settings.values).toMatchObject({ left: 16, right: 16 });
  });

  it('tell of a change of labs once, as the reader’s doing', () => {
    const settings = opened();
    const told: string[] = [];
    settings.onChange(({ changed, cause }) => told.push(`${cause} ${changed.join(' ')}`));
    settings.open('speedups');
    expect(told).toEqual(['user lab heads left']);
  });
});

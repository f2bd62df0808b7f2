// The accessibility view at `/a11y-view/`: the lab in a frame of the same site, beside it what assistive technology gets of it. The address's
// parameters and share state are the lab's own.
import { mount } from 'svelte';
import '../../ui/theme.css';
import A11yView from './A11yView.svelte';

const lab = new URL('../', location.href);
lab.search = location.search;
lab.hash = location.hash;
mount(A11yView, { target: document.getElementById('app')!, props: { labUrl: lab.href } });

// The same lab at `/embed/`, without page chrome.
import { openPage } from './open-page.ts';

openPage({ framed: true, root: '..' });

// The same lab at `/embed/`, without page chrome.
import { openPage } from './open-page.ts';

void openPage({ framed: true, root: '..' });

// The same lab at `/embed/`, without page chrome.
import { openHostedPage } from './hosted.ts';

openHostedPage({ framed: true, root: '..' });

// The whole lab at `/`.
import { openHostedPage } from './hosted.ts';

openHostedPage({ framed: false, root: '.' });

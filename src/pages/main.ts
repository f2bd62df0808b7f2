// The whole lab at `/`.
import { openPage } from './open-page.ts';

openPage({ framed: false, root: '.' });

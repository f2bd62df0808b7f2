// The whole lab at `/`.
import { openPage } from './open-page.ts';

void openPage({ framed: false, root: '.' });

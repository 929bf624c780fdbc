import { render } from 'preact';
import { Playground } from './playground/playground-page.js';

render(<Playground address={location} />, document.getElementById('page')!);

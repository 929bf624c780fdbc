import { render } from 'preact';
import { App } from './app.js';
import type { HostSource } from './source/host-source.js';

declare const source: HostSource;
render(<App source={source} />, document.getElementById('page')!);

import { render } from 'preact';
import { App } from './app.js';
import { HttpSource } from './source/http-source.js';

const page = document.getElementById('page')!;

HttpSource.open().then(
  (source) => {
    document.title = `${source.name} – xen-evtchn`;
    render(<App source={source} />, page);
  },
  (error: Error) =>
    render(
      <p role="alert" class="failure">
        {`Nothing can be shown: ${error.message}`}
      </p>,
      page,
    ),
);

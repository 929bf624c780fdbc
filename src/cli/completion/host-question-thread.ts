// A thread of its own, for a server that is stopped keeps whoever looks at its mount waiting.
import { parentPort, workerData } from 'node:worker_threads';
import { openWatchedHost } from '../../watch/open-watched-host.js';
import { hostsOfThisUser } from '../../watch/process-host.js';
import { answerQuestion, type HostQuestion } from './host-question.js';

const candidates = await answerQuestion(workerData as HostQuestion, {
  open: openWatchedHost,
  async list() {
    const hosts = await hostsOfThisUser();
    return hosts.map(({ pid, command, place }) => ({ pid, name: command ?? place.name }));
  },
});
parentPort!.postMessage(candidates);

import type { Evtchn } from '../../../src/index.js';
import { type CpuSet, cpusOf, mayRunOn, runOn } from './affinity.js';
import type { Client } from './client.js';

import { ENOENT } from '../abi/errno.js';
import { checkOptions, wrongType } from '../errors/argument.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import type { Evtchn } from './evtchn.js';
import type { OpenEvtchnOptions } from './open-options.js';

/**
 * Opens a device where there are no files: that of an embedded domain.
 * @throws EvtchnError as `HostDomain.openEvtchn`; ENOENT without a domain; the signal's reason if it is aborted already
 */
export function openEvtchn(options: OpenEvtchnOptions = {}): Evtchn {
  checkOptions('options', options);
  if (options.domain === undefined) {
    throw new EvtchnError(
      'open',
      ENOENT,
      'there are no device files here: pass an embedded domain',
    );
  }
  const { domain, ...rest } = options;
  if (typeof domain?.openEvtchn !== 'function') {
    throw wrongType('options.domain', 'a domain of an embedded host', domain);
  }
  return domain.openEvtchn(rest);
}

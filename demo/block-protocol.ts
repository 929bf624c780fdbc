/** What the front end asks of the device: read or write one sector. A sector is one number here. */
export interface BlockRequest {
  /** The front end's own; comes back in the response. */
  readonly id: number;
  readonly operation: 'read' | 'write';
  readonly sector: number;
  /** What to write; 0 in a read. */
  readonly value: number;
}

/** What the back end answers. */
export interface BlockResponse {
  readonly id: number;
  readonly ok: boolean;
  /** What the sector holds now. */
  readonly value: number;
}

const READ = 0;
const WRITE = 1;

/** Writes a request into its slot. */
export function putRequest(slot: DataView, request: BlockRequest): void {
  slot.setUint32(0, request.id, true);
  slot.setUint32(4, request.operation === 'write' ? WRITE : READ, true);
  slot.setUint32(8, request.sector, true);
  slot.setUint32(12, request.value, true);
}

/**
 * Copies a request out of its slot. A copy, each field read once: the peer can write the slot at any time, so a field that
 * was checked in the slot may be another when it is used.
 */
export function copyRequest(slot: DataView): BlockRequest {
  return {
    id: slot.getUint32(0, true),
    operation: slot.getUint32(4, true) === WRITE ? 'write' : 'read',
    sector: slot.getUint32(8, true),
    value: slot.getUint32(12, true),
  };
}

/** Writes a response into its slot. */
export function putResponse(slot: DataView, response: BlockResponse): void {
  slot.setUint32(0, response.id, true);
  slot.setUint32(4, response.ok ? 0 : 1, true);
  slot.setUint32(8, response.value, true);
}

/** Copies a response out of its slot; as {@link copyRequest}. */
export function copyResponse(slot: DataView): BlockResponse {
  return {
    id: slot.getUint32(0, true),
    ok: slot.getUint32(4, true) === 0,
    value: slot.getUint32(8, true),
  };
}

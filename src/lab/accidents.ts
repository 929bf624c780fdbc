import type { XenHost } from '../host/xen-host.js';
import { ECS_INTERDOMAIN, ECS_VIRQ } from '../hypervisor/channel-table.js';
import type { Domain } from '../hypervisor/domain.js';
import { deathActor, spuriousActor } from './actor.js';
import type { ChoiceList } from './choice-list.js';
import type { PartyState } from './party-state.js';

/**
 * What happens in a run though no party asked for it: deaths of mortal parties, and events that no party sent.
 *
 * An event comes only where a real host could show one: on a port that is connected, whose peer may send when it likes, or that
 * is bound to a virtual interrupt, which Xen raises when it likes. No program can tell such an event from one that it should
 * have expected. Where an event is pending already another one changes nothing, so it is not offered.
 */
export class Accidents {
  private readonly host: XenHost;
  private readonly parties: readonly PartyState[];
  private deaths: number;
  private spurious: number;

  /** @param deaths - how many there may be at most; @param spurious - events, at most */
  constructor(host: XenHost, parties: readonly PartyState[], deaths: number, spurious: number) {
    this.host = host;
    this.parties = parties;
    this.deaths = deaths;
    this.spurious = spurious;
  }

  /** There may be one yet, if not next. */
  get possible(): boolean {
    if (this.spurious > 0) return true;
    return this.deaths > 0 && this.parties.some(({ mortal }) => mortal !== undefined);
  }

  /** Adds those that can happen next. */
  collect(choices: ChoiceList): void {
    if (this.deaths > 0) {
      for (const { mortal, number, phase } of this.parties) {
        if (mortal !== undefined && phase === 'running') choices.add(deathActor(number));
      }
    }
    if (this.spurious === 0) return;
    for (const { driver, xen } of this.host.domains()) {
      if (driver === undefined) continue;
      for (const file of driver.openFiles.values()) {
        for (const port of file.ports()) {
          if (mayComeUnasked(xen, port)) choices.add(spuriousActor(xen.id, port));
        }
      }
    }
  }

  /** A party dies with its domain, and so does whoever else does. @returns those who died */
  die({ mortal }: PartyState): readonly PartyState[] {
    this.deaths--;
    const dead = this.parties.filter((party) => party.mortal === mortal && party.alive);
    for (const party of dead) party.phase = 'dead';
    this.host.domain(mortal!)?.destroy();
    return dead;
  }

  /** An event comes on a port. */
  raise(domid: number, port: number): void {
    this.spurious--;
    this.host.domain(domid)!.xen.ports.setPending(port);
  }
}

function mayComeUnasked({ channels, ports }: Domain, port: number): boolean {
  const state = channels.state(port);
  return (state === ECS_INTERDOMAIN || state === ECS_VIRQ) && !ports.isPending(port);
}

// A plugin of typedoc: groups what the package exports by theme, after the file it stands in, and says what needs no words.
import { Application, CommentTag, Converter, LiteralType, ReflectionKind } from 'typedoc';

/** Theme of each part of src/, in the order of the reference; the first that fits counts. */
const themes = [
  ['Opening and handles', ['client/', 'device-file/', 'errors/']],
  ['Embedded host', ['host/', 'clock/', 'guest/', 'hypervisor/']],
  ['Tracing', ['trace/', 'trace-formats/', 'event-paths/', 'life-cycle/', 'faults/']],
  ['The lab (xen-evtchn/lab)', ['lab/', 'replay/']],
  ['Looking at a host', ['snapshot/', 'statistics/', 'metrics/']],
  ['Open files', ['vfs/', 'devices/']],
  ['ABI: ioctls', ['abi/ioctl', 'abi/evtchn-ioctl']],
  ['ABI: poll, open and signals', ['abi/poll', 'abi/fcntl', 'abi/signal']],
  ['ABI: error numbers', ['abi/errno']],
  ['ABI: structs', ['abi/struct']],
  ['ABI: hypercalls and domains', ['abi/event-channel', 'abi/hypercall', 'abi/domid']],
  ['ABI: virtual interrupts', ['abi/virq']],
  ['ABI: shared memory', ['abi/two-level', 'abi/fifo', 'abi/page']],
];

/** The theme of a file of src/; undefined if none was thought of. */
function themeOf(file) {
  return themes.find(([, starts]) => starts.some((start) => file.startsWith(`src/${start}`)))?.[0];
}

/** Says the theme of an exported item in its comment, as `@category` does. */
function assign(context, item) {
  const file = context.project.getSymbolIdFromReflection(item)?.packagePath;
  const theme = themeOf(file ?? '');
  if (theme === undefined) {
    context.logger.warn(`${item.name} of ${file} has no theme: see docs/reference/themes.mjs`);
    return;
  }
  const { comment = item.comment } = item.signatures?.[0] ?? item;
  comment?.blockTags.push(new CommentTag('@category', [{ kind: 'text', text: theme }]));
}

/**
 * Whether a member says all by its type: it is one literal, as the `type` of a trace record; it must be left out; or it is a
 * field of a struct's layout, whose fields its own comment explains.
 */
function speaksForItself({ type, parent }) {
  if (type instanceof LiteralType) return true;
  if (type?.type === 'intrinsic' && type.name === 'undefined') return true;
  return parent?.kindOf(ReflectionKind.TypeLiteral) && type?.toString().startsWith('readonly ["u');
}

export function load(app) {
  app.on(Application.EVENT_BOOTSTRAP_END, () => {
    app.options.setValue(
      'categoryOrder',
      themes.map(([theme]) => theme),
    );
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
    for (const item of context.project.children ?? []) assign(context, item);
  });
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    const members = project.getReflectionsByKind(ReflectionKind.Property);
    const names = members
      .filter((member) => !member.hasComment() && speaksForItself(member))
      .map((member) => member.getFriendlyFullName());
    app.options.setValue('intentionallyNotDocumented', [...new Set(names)]);
    // Files of src/ are named, but there is no address to link them to.
    for (const { sources = [] } of Object.values(project.reflections)) {
      for (const source of sources) delete source.url;
    }
  });
}

/** Values shown with an event. */
export type ChromeArgs = Readonly<Record<string, string | number | boolean>>;

/**
 * An event of the Trace Event Format ("JSON Array Format") that Chrome's tracing and Perfetto read, as far as it is used
 * here. Times are microseconds.
 */
export type ChromeEvent =
  | {
      /** The name of a process or a thread. */
      readonly ph: 'M';
      readonly name: 'process_name' | 'thread_name';
      readonly pid: number;
      readonly tid: number;
      readonly args: { readonly name: string };
    }
  | {
      /** The order of a thread among those of its process. */
      readonly ph: 'M';
      readonly name: 'thread_sort_index';
      readonly pid: number;
      readonly tid: number;
      readonly args: { readonly sort_index: number };
    }
  | {
      /** A slice begins, inside those that are open on its thread. */
      readonly ph: 'B';
      readonly name: string;
      readonly cat: string;
      readonly pid: number;
      readonly tid: number;
      readonly ts: number;
      readonly args?: ChromeArgs | undefined;
    }
  | {
      /** The slice that was begun last on the thread ends. */
      readonly ph: 'E';
      readonly pid: number;
      readonly tid: number;
      readonly ts: number;
      readonly args?: ChromeArgs | undefined;
    }
  | {
      /** A moment, of a thread (`t`), a process (`p`) or everything (`g`). */
      readonly ph: 'i';
      readonly s: 't' | 'p' | 'g';
      readonly name: string;
      readonly cat: string;
      readonly pid: number;
      readonly tid: number;
      readonly ts: number;
      readonly args?: ChromeArgs | undefined;
    }
  | {
      /** An arrow starts at the slice that is open on the thread. */
      readonly ph: 's';
      readonly name: string;
      readonly cat: string;
      readonly id: number;
      readonly pid: number;
      readonly tid: number;
      readonly ts: number;
    }
  | {
      /** It ends at the slice that is open on the thread (`bp`). */
      readonly ph: 'f';
      readonly bp: 'e';
      readonly name: string;
      readonly cat: string;
      readonly id: number;
      readonly pid: number;
      readonly tid: number;
      readonly ts: number;
    };

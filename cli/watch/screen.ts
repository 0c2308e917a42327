import { Writable } from "node:stream"
import { render, useInput } from "ink"
import { createElement, useLayoutEffect, useSyncExternalStore } from "react"

/** The lines to show, and who wants to know when they change. */
export interface Frames {
  current(): ReadonlyArray<string>
  subscribe(act: () => void): () => void
}

export interface ScreenOptions {
  readonly frames: Frames
  readonly stdin: NodeJS.ReadStream
  readonly onQuit: () => void
  /** Takes a frame to the terminal. */
  readonly show: (lines: ReadonlyArray<string>) => void
}

/**
 * Ink runs the component and reads the keys. It does not draw: it takes a frame of text apart into single characters and puts it together
 * again, which costs some 40 ms for a large screen and rewrites all of it; the painter writes the lines that changed.
 */
function Screen({ frames, show, onQuit, takesKeys }: Omit<ScreenOptions, "stdin"> & { readonly takesKeys: boolean }) {
  const lines = useSyncExternalStore(frames.subscribe, frames.current)
  useLayoutEffect(() => show(lines), [lines, show])
  useInput(
    (input, key) => {
      if (input === "q" || input === "Q" || (key.ctrl && input === "c")) onQuit()
    },
    { isActive: takesKeys },
  )
  return null
}

/** Mounts the screen; the answer unmounts it. */
export function mountScreen({ frames, stdin, onQuit, show }: ScreenOptions): () => void {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const screen = createElement(Screen, { frames, show, onQuit, takesKeys: stdin.isTTY === true })
  const app = render(screen, {
    stdin,
    // Of a terminal Ink needs the size at most, and has a default for that.
    stdout: nowhere as Writable as NodeJS.WriteStream,
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  })
  return () => app.unmount()
}

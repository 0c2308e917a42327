import { Writable } from "node:stream"
import { type Key, render, useInput } from "ink"
import { createElement, useLayoutEffect, useSyncExternalStore } from "react"

/** The lines to show, and who wants to know when they change. */
export interface Frames {
  current(): ReadonlyArray<string>
  subscribe(act: () => void): () => void
}

export interface ScreenOptions {
  readonly frames: Frames
  readonly stdin: NodeJS.ReadStream
  /** A character, or the name of a key: "enter", "up", "ctrl-c". */
  readonly onKey: (key: string) => void
  /** Takes a frame to the terminal. */
  readonly show: (lines: ReadonlyArray<string>) => void
}

/**
 * Ink runs the component and reads the keys. It does not draw: it takes a frame of text apart into single characters and puts it together
 * again, which costs some 40 ms for a large screen and rewrites all of it; the painter writes the lines that changed.
 */
function Screen({ frames, show, onKey, takesKeys }: Omit<ScreenOptions, "stdin"> & { readonly takesKeys: boolean }) {
  const lines = useSyncExternalStore(frames.subscribe, frames.current)
  useLayoutEffect(() => show(lines), [lines, show])
  useInput(
    (input, key) => {
      for (const name of keyNames(input, key)) onKey(name)
    },
    { isActive: takesKeys },
  )
  return null
}

const named = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["leftArrow", "left"],
  ["rightArrow", "right"],
  ["pageUp", "pageup"],
  ["pageDown", "pagedown"],
  ["home", "home"],
  ["end", "end"],
  ["return", "enter"],
  ["escape", "esc"],
  ["tab", "tab"],
  ["backspace", "backspace"],
  ["delete", "backspace"],
] as const satisfies ReadonlyArray<readonly [keyof Key, string]>

/** What was typed: keys that come fast, or are pasted, come together. */
function keyNames(input: string, key: Key): ReadonlyArray<string> {
  const name = named.find(([flag]) => key[flag])?.[1]
  if (name !== undefined) return [name]
  if (key.ctrl) return [`ctrl-${input}`]
  return Array.from(input, (character) => (character === "\r" || character === "\n" ? "enter" : character))
}

/** Mounts the screen; the answer unmounts it. */
export function mountScreen({ frames, stdin, onKey, show }: ScreenOptions): () => void {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const screen = createElement(Screen, { frames, show, onKey, takesKeys: stdin.isTTY === true })
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

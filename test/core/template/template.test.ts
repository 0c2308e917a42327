import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { compile } from "../../../core/template/template.ts"

const data = {
  Name: "web",
  Replicas: 3,
  Empty: "",
  Labels: { b: "2", a: "1" },
  Env: ["A=1", "B=2"],
  Spec: { Mode: { Global: {} }, Image: "nginx:alpine" },
  Ratio: 0.25,
  Label: (name: string) => `<${name}>`,
}

function run(source: string, strict = false): string {
  const template = compile(source)
  if (!template.ok) return `PARSE ${template.error}`
  const result = template.value.run(data, { type: "*test.context", strict })
  return result.ok ? result.value : `RUN ${result.error}`
}

describe("a Go template", () => {
  it.each([
    ["{{.Name}} has {{.Replicas}}", "web has 3"],
    ["{{ .Spec.Image }}", "nginx:alpine"],
    ["{{json .Labels}}", '{"b":"2","a":"1"}'],
    ["{{json .Spec.Mode}}", '{"Global":{}}'],
    ["{{.Labels}} {{.Env}} {{.Ratio}}", "map[a:1 b:2] [A=1 B=2] 0.25"],
    ['{{index .Labels "a"}}{{index .Env 1}}', "1B=2"],
    ['{{.Label "x.y"}}', "<x.y>"],
    ['{{upper .Name | printf "%-5s|"}}', "WEB  |"],
    ['{{printf "%q %d %5.1f %v" .Name .Replicas .Ratio .Env}}', '"web" 3   0.3 [A=1 B=2]'],
    ['{{join .Env ";"}} {{len .Env}}', "A=1;B=2 2"],
    ["{{range .Env}}[{{.}}]{{end}}", "[A=1][B=2]"],
    ["{{range $i, $e := .Env}}{{$i}}:{{$e}},{{end}}", "0:A=1,1:B=2,"],
    ["{{range $k, $v := .Labels}}{{$k}}={{$v}} {{end}}", "a=1 b=2 "],
    ["{{range .Empty}}x{{else}}none{{end}}", "none"],
    ['{{if .Empty}}a{{else if eq .Name "db" "web"}}b{{else}}c{{end}}', "b"],
    ["{{if and .Name (not .Empty)}}yes{{end}}", "yes"],
    ["{{if or .Empty (gt .Replicas 2)}}yes{{end}}", "yes"],
    ["{{with .Spec}}{{.Image}} of {{$.Name}}{{end}}", "nginx:alpine of web"],
    ["{{$n := .Name}}{{$n}}{{$n}}", "webweb"],
    ["a {{- .Name -}} b", "awebb"],
    ["{{/* nothing */}}{{.Name}}", "web"],
    ['{{`raw \\n`}}{{"a\\tb"}}', "raw \\na\tb"],
    ["{{.Missing}} {{.Missing.Deeper}}", "<no value> <no value>"],
    ['{{title "two words"}} {{truncate .Name 2}} {{pad .Name 1 2}}|', "Two Words we  web  |"],
    ["{{(index .Env 0) | len}} {{(.Spec).Image}}", "3 nginx:alpine"],
  ])("%s gives %s", (source, text) => {
    expect(run(source)).toBe(text)
  })

  it("refuses a field that the data does not have, where it must, and says where", () => {
    expect(run("{{.Bogus}}", true)).toBe(
      `RUN template: :1:2: executing "" at <.Bogus>: can't evaluate field Bogus in type *test.context`,
    )
    expect(run("a\nbc {{.Name}} {{.Bogus}}", true)).toContain("template: :2:15: ")
  })

  it.each([
    ["{{.Name", "template: :1: unclosed action"],
    ["{{nosuch .Name}}", 'template: :1: function "nosuch" not defined'],
    ["{{if .Name}}x", "template: :1: unexpected EOF"],
    ["{{end}}", "template: :1: unexpected {{end}}"],
    ["{{}}", "template: :1: missing value for command"],
  ])("refuses %s", (source, error) => {
    expect(run(source)).toBe(`PARSE ${error}`)
  })

  it("says what cannot be done with the data", () => {
    expect(run("{{index .Env 9}}")).toBe(
      'RUN template: :1:2: executing "" at <index .Env 9>: error calling index: index out of range: 9',
    )
    expect(run("{{.Name.Deeper}}")).toContain("can't evaluate field Deeper in type string")
  })

  it("leaves text without actions as it is", () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes("{{")),
        (text) => {
          expect(run(text)).toBe(text)
        },
      ),
    )
  })

  it("never throws, whatever the source", () => {
    const piece = fc.constantFrom(
      "{{",
      "}}",
      ".Name",
      "range",
      "end",
      "if",
      " ",
      "|",
      "(",
      ")",
      "$x",
      ":=",
      '"',
      "json",
      ".",
      "1",
      "-",
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        expect(typeof run(pieces.join(""))).toBe("string")
      }),
      { numRuns: 500 },
    )
  })
})

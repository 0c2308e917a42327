import { describe, expect, test } from "vitest"
import { expandContainerSpec } from "../../nodes/templates/container-spec.ts"
import { expand, type TemplateContext } from "../../nodes/templates/context.ts"
import { expandPayloads } from "../../nodes/templates/payload.ts"

const context: TemplateContext = {
  Service: { ID: "s1", Name: "web", Labels: { tier: "front" } },
  Node: { ID: "n1", Hostname: "worker1", Platform: { Architecture: "x86_64", OS: "linux" } },
  Task: { ID: "t1", Name: "web.2.t1", Slot: "2" },
}

const shown = (text: string): string => {
  const result = expand(text, context)
  return result.ok ? result.value : `ERROR ${result.error}`
}

describe("a template of a task", () => {
  test.each([
    ["{{.Service.Name}}.{{.Task.Slot}}", "web.2"],
    ["{{.Service.ID}} {{.Node.ID}} {{.Task.ID}} {{.Task.Name}}", "s1 n1 t1 web.2.t1"],
    ["{{.Node.Hostname}}/{{.Node.Platform.OS}}/{{.Node.Platform.Architecture}}", "worker1/linux/x86_64"],
    ['{{index .Service.Labels "tier"}}', "front"],
    ["{{.Service.Labels.tier}}", "front"],
    ['{{join "-" .Service.Name .Task.Slot}}', "web-2"],
    ['{{if eq .Task.Slot "2"}}second{{else}}other{{end}}', "second"],
    ["plain $TEXT {{/* nothing */}}", "plain $TEXT "],
  ])("%s is %s", (text, value) => {
    expect(shown(text)).toBe(value)
  })

  test.each([
    [
      "{{.Bogus}}",
      'template: expansion:1:2: executing "expansion" at <.Bogus>: can\'t evaluate field Bogus in type *template.Context',
    ],
    [
      "{{.Service.Bogus}}",
      'template: expansion:1:10: executing "expansion" at <.Service.Bogus>: can\'t evaluate field Bogus in type struct { ID string; Name string; Labels map[string]string }',
    ],
    ["{{.Task.Name", "template: expansion:1: unclosed action"],
    ["{{nosuch}}", 'template: expansion:1: function "nosuch" not defined'],
    // The docker command line's own functions are none of Swarm's.
    ["{{json .Service}}", 'template: expansion:1: function "json" not defined'],
    ['{{secret "key"}}', 'template: expansion:1: function "secret" not defined'],
  ])("%s is refused in Go's words", (text, error) => {
    expect(shown(text)).toBe(`ERROR ${error}`)
  })
})

test("host name, values of the environment and mounts are filled in, and nothing else", () => {
  const spec = {
    Image: "{{.Service.Name}}",
    Hostname: "h{{.Task.Slot}}",
    Env: ["{{.Node.ID}}", "A={{.Node.Hostname}}=x"],
    Mounts: [
      { Source: "v-{{.Task.Slot}}", Target: "/{{.Service.Name}}", VolumeOptions: { Labels: { a: "{{.Task.ID}}" } } },
    ],
  }
  expect(expandContainerSpec(spec, context)).toEqual({
    ok: true,
    value: {
      Image: "{{.Service.Name}}",
      Hostname: "h2",
      Env: ["{{.Node.ID}}", "A=worker1=x"],
      Mounts: [{ Source: "v-2", Target: "/web", VolumeOptions: { Labels: { a: "t1" } } }],
    },
  })
})

test("a spec without templates is shared, not copied", () => {
  const spec = { Image: "nginx", Env: ["A=1"] }
  const result = expandContainerSpec(spec, context)
  expect(result.ok && result.value).toBe(spec)
})

describe("a config or secret with a template driver", () => {
  const base64 = (text: string) => Buffer.from(text).toString("base64")
  const file = (Name: string) => ({ Name, UID: "0", GID: "0", Mode: 0o444 })
  const expanded = (text: string, driver = "golang") => {
    const result = expandPayloads(
      {
        spec: {
          Env: ["MODE=test"],
          Secrets: [{ SecretID: "sec", SecretName: "k", File: file("key") }],
          Configs: [{ ConfigID: "conf", ConfigName: "c", File: file("/etc/c") }],
        },
        secrets: [{ id: "sec", spec: { Name: "k", Data: base64("sesame") } }],
        configs: [{ id: "conf", spec: { Name: "c", Data: base64(text), Templating: { Name: driver } } }],
      },
      context,
    )
    return result.ok ? Buffer.from(result.value.configs[0]?.spec.Data ?? "", "base64").toString() : result.error
  }

  test("may ask for the environment, secrets and configs of its task", () => {
    const text = '{{env "MODE"}} {{env "NONE"}}{{secret "key"}} {{.Service.Name}}'
    expect(expanded(text)).toBe("test sesame web")
  })

  test("that asks for what the task does not have is refused with its name", () => {
    expect(expanded('{{config "none"}}')).toBe(
      'failed to expand templated config conf: template: expansion:1:2: executing "expansion" at <config "none">: ' +
        "error calling config: config target none not found",
    )
  })

  test("by a driver that nobody knows is refused", () => {
    expect(expanded("x", "other")).toBe("failed to expand templated config conf: unrecognized template type")
  })
})
